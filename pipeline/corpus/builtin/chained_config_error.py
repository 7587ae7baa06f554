"""One error wraps another: follow __cause__ where `from` was written, __context__ where not."""


class ConfigError(Exception):
    pass


def port(config):
    try:
        return int(config["port"])
    except KeyError as missing:
        raise ConfigError("no port given") from missing
    except ValueError:
        raise ConfigError("port is not a number")


def chain(error):
    while error:
        yield type(error).__name__
        error = error.__cause__ or error.__context__


for config in ({"port": "8080"}, {}, {"port": "http"}):
    try:
        print("port", port(config))
    except ConfigError as error:
        print(error, "<-".join(chain(error)), error.__cause__ is None)
