"""What labelled real images teach besides edits: attribute states, and which groups differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from attrimeter.caching.cached_maps import CachedMaps
from attrimeter.interpreter import Interpreter
from attrimeter.interpreter.forms.counterfactual.form import CounterfactualNetwork
from attrimeter.losses import differ_loss, evidence_loss
from attrimeter.values import ImageSet


@dataclass(frozen=True)
class RealEvidence:
    """Labelled images with their cached maps.

    Attributes:
        images: those that could be read, with labels 1, 0 and -1 for unknown.
        maps: their cached maps.
        batch_images: read in every step; each is also paired with another one.
    """

    images: ImageSet
    maps: CachedMaps
    batch_images: int = 24

    def __len__(self) -> int:
        return len(self.images)

    def loss(self, interpreter: Interpreter, rng: np.random.Generator) -> Tensor:
        """Cross-entropy of the states read in a random batch, and of which groups differ in its pairs.

        A group with an unknown label on either side counts as one that does not differ unless a known label
        of it does.
        """
        rows = rng.choice(len(self), size=min(self.batch_images, len(self)), replace=False)
        network, target = interpreter.network, interpreter.target
        device = target.device
        last, shallow = (self.maps.gather(rows, name).to(device) for name in ("last", "shallow"))
        labels = torch.from_numpy(self.images.labels[rows]).to(device)
        embeddings = self.maps.embeddings[torch.from_numpy(rows)].to(device)
        reading = network(last, shallow, target.head)
        states = evidence_loss(network.read_attributes(reading.features), labels)
        parts, other = network.pack(reading), torch.arange(len(rows), device=device).roll(1)
        prediction = network.predict(parts, embeddings, parts[other], embeddings[other])
        return states + differ_loss(prediction.differs, self._differs(network, labels, labels[other]))

    def _differs(self, network: CounterfactualNetwork, a: Tensor, b: Tensor) -> Tensor:
        differs = (a != b) & (a >= 0) & (b >= 0)
        groups = int(network.group_index.max()) + 1
        counts = torch.zeros(len(a), groups, device=a.device)
        return counts.index_add(1, network.group_index, differs.float()) > 0
