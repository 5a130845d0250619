"""What can go wrong with a model file or a term, each as one line a person can act on."""


class ModelError(Exception):
    """A model file cannot be used; the text names the file and says what to do."""


class UnknownTermError(ModelError):
    """A model does not know a term; the text names the term and the nearest ones."""
