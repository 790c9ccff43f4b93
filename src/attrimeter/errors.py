"""What AttriMeter says when it cannot go on.

Every error that a user can cause is an :class:`AttriMeterError`. Its text is one sentence that names
what was given, what is needed and how to mend it; the command line prints it and exits with code 2.
"""

from __future__ import annotations


class AttriMeterError(Exception):
    """Something the user gave cannot be used; the text says what, where and how to mend it."""


class ImageError(AttriMeterError):
    """An image file or array cannot be read as a person image."""


class SchemaError(AttriMeterError):
    """An attribute schema is malformed or does not fit the data."""


class DatasetError(AttriMeterError):
    """A data set's folder, attribute file or list is not what it should be."""


class CheckpointError(AttriMeterError):
    """A checkpoint cannot be loaded as the target it is said to be."""


class InterpreterError(AttriMeterError):
    """An interpreter folder is broken, or belongs to another target."""


class StorageError(AttriMeterError):
    """A file could not be written (disk full, no permission); what was there before is untouched."""


class SettingsError(AttriMeterError):
    """A setting is outside its range, or two settings contradict each other."""


class FitError(AttriMeterError):
    """A fit has come to numbers that are not finite; what it kept before stays."""


class LedgerError(AttriMeterError):
    """The contributions do not add up to the distance: the explanation must not be shown."""
