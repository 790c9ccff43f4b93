"""The only place that replaces files and folders, and that decides what may be read as a file.

What is written appears under its name only when it is whole and on disk. What was left behind by a process
that died can be told from what is being written, because a writer holds a lock that dies with it.
"""

from attrimeter.storage.destinations import check_output, is_passed_through, is_standard_output
from attrimeter.storage.files import (
    json_text,
    replace_file,
    write_bytes,
    write_json,
    write_output,
    write_text,
)
from attrimeter.storage.folders import check_folder, replace_folder, scratch_folder
from attrimeter.storage.leftovers import sweep_leftovers
from attrimeter.storage.locks import lock_folder
from attrimeter.storage.naming import path_to_text, plainly_named, text_to_path
from attrimeter.storage.plain_json import parse_json, read_json
from attrimeter.storage.reading import NotRegularError, TooLargeError, open_regular, read_limited

__all__ = [
    "NotRegularError",
    "TooLargeError",
    "check_folder",
    "check_output",
    "is_passed_through",
    "is_standard_output",
    "json_text",
    "lock_folder",
    "open_regular",
    "parse_json",
    "path_to_text",
    "plainly_named",
    "read_json",
    "read_limited",
    "replace_file",
    "replace_folder",
    "scratch_folder",
    "sweep_leftovers",
    "text_to_path",
    "write_bytes",
    "write_json",
    "write_output",
    "write_text",
]
