def μέσος(τιμές, *, ακρίβεια=2):
	"""Greek names, tabs for indentation, and a text that is longer in bytes than in letters."""
	Σ = 0
	for i, τιμή in enumerate(τιμές, start=1):
		Σ += τιμή
		if τιμή < 0:	# a tab before this comment, too
			παγετός = '❄️' * -τιμή
	naïve = "ß→ẞ, ½\t‖ 日本語 𝄞 👩‍🔬"
	return round(Σ / i, ακρίβεια), παγετός, naïve.split('\t')
