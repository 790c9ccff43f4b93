"""The skeleton: rest-pose joints, and where each bone's frame stands in a given pose.

Body axes: u to the person's left, v up, w forward, in metres, the ground at v = 0. All shapes are defined
on the body standing at rest with hanging arms; a bone's frame (R, o) takes a rest point q to R q + o.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from math import cos, pi, radians, sin

import numpy as np
from jaxtyping import Float64

from attrimeter.synthesis.view import View

HIP_HALF_WIDTH = 0.088
HIP_HEIGHT = 0.92
KNEE_HEIGHT = 0.50
ANKLE_HEIGHT = 0.085
WAIST_HEIGHT = 1.04
SHOULDER_HEIGHT = 1.42
ELBOW_HEIGHT = 1.13
WRIST_HEIGHT = 0.885
HAND_HEIGHT = 0.80
NECK_HEIGHT = 1.50
BODY_HEIGHT = 1.75


class Bone(IntEnum):
    """The rigid pieces of the body; HANG_* hang from the hands and always stay upright."""

    PELVIS = 0
    TORSO = 1
    HEAD = 2
    UPPER_ARM_L = 3
    UPPER_ARM_R = 4
    FOREARM_L = 5
    FOREARM_R = 6
    THIGH_L = 7
    THIGH_R = 8
    SHIN_L = 9
    SHIN_R = 10
    FOOT_L = 11
    FOOT_R = 12
    HANG_L = 13
    HANG_R = 14


@dataclass(frozen=True)
class Frames:
    """Rotation and offset of every bone, in the order of :class:`Bone`."""

    rotations: Float64[np.ndarray, "bones 3 3"]
    offsets: Float64[np.ndarray, "bones 3"]


_Matrix = tuple[tuple[float, float, float], ...]
_Vector = tuple[float, float, float]
_Frame = tuple[_Matrix, _Vector]


def pose_skeleton(view: View, *, shoulder: float) -> Frames:
    """The frames of all bones for the view's gait; ``shoulder`` is half the shoulder width in metres.

    Left leg and right arm swing together; the lower foot stands on the ground.
    """
    root: _Frame = (_IDENTITY, (0.0, 0.0, 0.0))
    swing = sin(2 * pi * view.phase)
    frames: dict[Bone, _Frame] = {Bone.PELVIS: root}
    torso = _attach(root, (0, WAIST_HEIGHT, 0), _multiply(_yaw(-4 * view.stride * swing), _pitch(-view.lean)))
    frames[Bone.TORSO] = torso
    head = _multiply(_yaw(view.head_turn), _pitch(0.6 * view.lean - view.head_nod))
    frames[Bone.HEAD] = _attach(torso, (0, NECK_HEIGHT, -0.01), head)
    for side, phase in ((1, view.phase), (-1, view.phase + 0.5)):
        _pose_leg(frames, view, side, phase)
        _pose_arm(frames, view, side, phase, shoulder)
    drop = min(_place(frames[foot], _sole_point(foot))[1] for foot in (Bone.FOOT_L, Bone.FOOT_R))
    order = [frames[bone] for bone in Bone]
    offsets = np.array([offset for _, offset in order], dtype=np.float64)
    offsets[:, 1] -= drop
    return Frames(np.array([rotation for rotation, _ in order], dtype=np.float64), offsets)


def _pose_leg(frames: dict[Bone, _Frame], view: View, side: int, phase: float) -> None:
    thigh, shin, foot = (
        (Bone.THIGH_L, Bone.SHIN_L, Bone.FOOT_L) if side > 0 else (Bone.THIGH_R, Bone.SHIN_R, Bone.FOOT_R)
    )
    swing, speed = sin(2 * pi * phase), cos(2 * pi * phase)
    hip_angle = view.stride * (3 + 22 * swing)
    knee_angle = view.stride * (6 + 38 * max(0.0, speed) ** 1.5 + 8 * max(0.0, -swing))
    ankle_angle = -0.45 * (hip_angle - knee_angle)
    u = side * HIP_HALF_WIDTH
    frames[thigh] = _attach(frames[Bone.PELVIS], (u, HIP_HEIGHT, 0), _pitch(hip_angle))
    frames[shin] = _attach(frames[thigh], (u, KNEE_HEIGHT, 0), _pitch(-knee_angle))
    turn_out = _yaw(side * 8)
    frames[foot] = _attach(frames[shin], (u, ANKLE_HEIGHT, -0.01), _multiply(turn_out, _pitch(ankle_angle)))


def _pose_arm(frames: dict[Bone, _Frame], view: View, side: int, phase: float, shoulder: float) -> None:
    upper, fore, hang = (
        (Bone.UPPER_ARM_L, Bone.FOREARM_L, Bone.HANG_L)
        if side > 0
        else (Bone.UPPER_ARM_R, Bone.FOREARM_R, Bone.HANG_R)
    )
    swing = -sin(2 * pi * phase)
    shoulder_angle = 23 * view.arm_swing * swing - 4 + 6 * view.elbow
    elbow_angle = 8 + 30 * view.elbow + 16 * view.arm_swing * max(0.0, swing)
    u = side * shoulder
    raised = _multiply(_roll(side * 7), _pitch(shoulder_angle))
    frames[upper] = _attach(frames[Bone.TORSO], (u, SHOULDER_HEIGHT, 0), raised)
    bent = _multiply(_roll(-side * 4), _pitch(elbow_angle))
    frames[fore] = _attach(frames[upper], (u, ELBOW_HEIGHT, 0), bent)
    hand = _place(frames[fore], (u, HAND_HEIGHT, 0.01))
    frames[hang] = (_IDENTITY, (hand[0] - u, hand[1] - HAND_HEIGHT, hand[2]))


def _sole_point(foot: Bone) -> _Vector:
    return (HIP_HALF_WIDTH if foot == Bone.FOOT_L else -HIP_HALF_WIDTH, 0.0, 0.03)


_IDENTITY: _Matrix = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def _pitch(degrees: float) -> _Matrix:
    """Turn about u: what hangs down swings forward."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return ((1.0, 0.0, 0.0), (0.0, c, s), (0.0, -s, c))


def _yaw(degrees: float) -> _Matrix:
    """Turn about v: the front turns to the person's left."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return ((c, 0.0, s), (0.0, 1.0, 0.0), (-s, 0.0, c))


def _roll(degrees: float) -> _Matrix:
    """Turn about w: what hangs down swings to the person's left."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return ((c, -s, 0.0), (s, c, 0.0), (0.0, 0.0, 1.0))


def _multiply(a: _Matrix, b: _Matrix) -> _Matrix:
    columns = tuple(zip(*b, strict=True))
    return tuple((_dot(row, columns[0]), _dot(row, columns[1]), _dot(row, columns[2])) for row in a)


def _dot(a: _Vector, b: tuple[float, ...]) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _place(frame: _Frame, point: _Vector) -> _Vector:
    rotation, offset = frame
    return (
        _dot(rotation[0], point) + offset[0],
        _dot(rotation[1], point) + offset[1],
        _dot(rotation[2], point) + offset[2],
    )


def _attach(parent: _Frame, pivot: _Vector, turn: _Matrix) -> _Frame:
    """The frame of a bone that turns by ``turn`` about its rest-pose joint ``pivot`` on the parent."""
    rotation = _multiply(parent[0], turn)
    joint = _place(parent, pivot)
    moved = _place((rotation, (0.0, 0.0, 0.0)), pivot)
    return rotation, (joint[0] - moved[0], joint[1] - moved[1], joint[2] - moved[2])
