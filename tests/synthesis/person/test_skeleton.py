"""Poses: rigid bones, joints that hold together, feet on the ground, a symmetric gait."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from attrimeter.synthesis.person.skeleton import (
    ANKLE_HEIGHT,
    ELBOW_HEIGHT,
    HAND_HEIGHT,
    HIP_HALF_WIDTH,
    HIP_HEIGHT,
    KNEE_HEIGHT,
    NECK_HEIGHT,
    Bone,
    pose_skeleton,
)
from attrimeter.synthesis.view import sample_view

SHOULDER = 0.19


def place(frames, bone, point):
    return frames.rotations[bone] @ np.array(point) + frames.offsets[bone]


@pytest.mark.parametrize("seed", range(5))
def test_bones_are_rigid_and_joints_hold_together(seed):
    frames = pose_skeleton(sample_view(seed, 1 + seed), shoulder=SHOULDER)
    for rotation in frames.rotations:
        np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-12)
        assert np.linalg.det(rotation) == pytest.approx(1)
    joints = [
        (Bone.PELVIS, Bone.THIGH_L, (HIP_HALF_WIDTH, HIP_HEIGHT, 0)),
        (Bone.THIGH_L, Bone.SHIN_L, (HIP_HALF_WIDTH, KNEE_HEIGHT, 0)),
        (Bone.SHIN_R, Bone.FOOT_R, (-HIP_HALF_WIDTH, ANKLE_HEIGHT, -0.01)),
        (Bone.UPPER_ARM_R, Bone.FOREARM_R, (-SHOULDER, ELBOW_HEIGHT, 0)),
        (Bone.TORSO, Bone.HEAD, (0, NECK_HEIGHT, -0.01)),
    ]
    for first, second, point in joints:
        np.testing.assert_allclose(place(frames, first, point), place(frames, second, point), atol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_the_lower_foot_stands_on_the_ground(seed):
    frames = pose_skeleton(sample_view(seed, 2), shoulder=SHOULDER)
    heights = [
        place(frames, bone, (side * HIP_HALF_WIDTH, 0, 0.03))[1]
        for bone, side in ((Bone.FOOT_L, 1), (Bone.FOOT_R, -1))
    ]
    assert min(heights) == pytest.approx(0, abs=1e-12)
    assert max(heights) < 0.4


def test_half_a_gait_cycle_later_left_and_right_have_changed_places():
    view = replace(sample_view(0, 1), phase=0.2, head_turn=0.0)
    now = pose_skeleton(view, shoulder=SHOULDER)
    later = pose_skeleton(replace(view, phase=0.7), shoulder=SHOULDER)
    mirror = np.array([-1.0, 1.0, 1.0])
    for left, right, point in (
        (Bone.FOOT_L, Bone.FOOT_R, (HIP_HALF_WIDTH, 0, 0.1)),
        (Bone.FOREARM_L, Bone.FOREARM_R, (SHOULDER, 0.8, 0)),
    ):
        np.testing.assert_allclose(
            place(now, left, point), mirror * place(later, right, mirror * point), atol=1e-12
        )


def test_left_leg_and_right_arm_swing_forward_together():
    view = replace(sample_view(0, 1), phase=0.25, stride=1.0, arm_swing=1.0, elbow=0.0)
    frames = pose_skeleton(view, shoulder=SHOULDER)
    assert place(frames, Bone.SHIN_L, (HIP_HALF_WIDTH, KNEE_HEIGHT, 0))[2] > 0.1
    assert place(frames, Bone.FOREARM_R, (-SHOULDER, 0.9, 0))[2] > 0.1
    assert place(frames, Bone.FOREARM_L, (SHOULDER, 0.9, 0))[2] < 0


def test_what_hangs_from_a_hand_stays_upright_below_it():
    frames = pose_skeleton(sample_view(3, 1), shoulder=SHOULDER)
    np.testing.assert_array_equal(frames.rotations[Bone.HANG_L], np.eye(3))
    hand = place(frames, Bone.FOREARM_L, (SHOULDER, HAND_HEIGHT, 0.01))
    np.testing.assert_allclose(place(frames, Bone.HANG_L, (SHOULDER, HAND_HEIGHT, 0)), hand, atol=1e-12)
