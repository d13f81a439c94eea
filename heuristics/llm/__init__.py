"""Questions about language-model work: what stands around the call of a model."""
