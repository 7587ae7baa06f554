MARKERS = ["<|frame_sep|>", "<|call_sep|>", "<|end_of_text|>", "<|pad|>"]


def escape(text, markers=MARKERS):
    """The program talks about markers: in its code, its values, its names and its result."""
    found = {}
    for marker in markers:  # "<|arg_sep|>" is not on the list
        if (count := text.count(marker)) > 0:
            found[marker] = count
            text = text.replace(marker, marker.replace("|", "¦"))
    locals_ = '{"..": "..", "s": "\'<|line_sep|>\'"}'
    return text, found, locals_ + "<|action_sep|><|step_into|>"
