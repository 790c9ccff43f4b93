from . import figures as figures
from .errors import AttriMeterError as AttriMeterError
from .schemas import open_schema as open_schema
from .targets import Target as Target
from .targets.checkpoints.converting import convert_checkpoint as convert_checkpoint
from .targets.checkpoints.inspecting import inspect_checkpoint as inspect_checkpoint
from .targets.checkpoints.inspecting import list_targets as list_targets
from .workflows.auditing import audit as audit
from .workflows.auditing import compare as compare
from .workflows.benchmarking import benchmark as benchmark
from .workflows.calibrating import calibrate as calibrate
from .workflows.checking import check_changes as check_changes
from .workflows.checking import check_photographs as check_photographs
from .workflows.checking import check_planted as check_planted
from .workflows.checking import check_sanity as check_sanity
from .workflows.evaluating import evaluate as evaluate
from .workflows.explaining import explain_pair as explain_pair
from .workflows.fitting import fit as fit
from .workflows.opening import open_dataset as open_dataset
from .workflows.opening import open_interpreter as open_interpreter
from .workflows.opening import open_target as open_target
from .workflows.rendering import render_dataset as render_dataset
from .workflows.target_training import train_target as train_target

__version__: str
