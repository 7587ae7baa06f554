"""The report of a finished directory, for people: `report.html` and the dataset card `README.md`.

survey   one pass over traces, rejections and rows: what the report counts and shows
examples a few documents and the state tree of one program
markup   elements of HTML and SVG; whatever text comes in is escaped
charts   histograms and bars as SVG
tree     the state tree of one program as SVG
page     the sections of the page
card     the dataset card, with the metadata of the Hugging Face hub
write    the two files

Both files follow from the directory and can be made again at any time, so the manifest does not
list them. Only the page says what `run.json` does; the card does not depend on the machine.
"""
