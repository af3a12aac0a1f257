"""The volumes that a plan may choose from: a data set's pool; test volumes stay out of it (paper §2.1)."""

from ..datasets import PreparedDataset
from .values import Inventory, InventoryVolume

__all__ = ["take_inventory"]


def take_inventory(dataset: PreparedDataset) -> Inventory:
    """List the pool's volumes.

    Parameters
    ----------
    dataset : PreparedDataset

    Returns
    -------
    Inventory
        Volumes by their file's name where this machine knows it.
    """
    reference = dataset.reference
    return Inventory(
        name=reference.name,
        reference=reference,
        volumes=tuple(
            InventoryVolume(
                id=volume.id,
                name=dataset.names.get(volume.id, volume.id),
                axis=reference.axis,
                n_slices=len(volume.positions_mm),
                slices=volume.labeled,
                positions_mm=volume.positions_mm,
                by_label=volume.by_label,
            )
            for volume in dataset.pool
        ),
    )
