"""Check, plan, prepare and train an nnU-Net data set as its commands do, predict every image, and print the losses.

The network and the number of steps are as small as learns anything on a processor: ``DATASET CONFIGURATION``.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np
import torch
from nnunetv2.experiment_planning import plan_and_preprocess_api as api
from nnunetv2.paths import nnUNet_preprocessed, nnUNet_raw

NUMBER = 501
N_EPOCHS, N_STEPS = 3, 15
N_FEATURES, BATCH_SIZE = 8, 4
LEARNING_RATE = 5e-3
CPU = torch.device("cpu")


def prepare(dataset, configuration):
    """Do what ``nnUNetv2_plan_and_preprocess --verify_dataset_integrity`` does; then make the network smaller."""
    api.extract_fingerprints([NUMBER], num_processes=1, check_dataset_integrity=True, show_progress_bar=False)
    plans_name = api.plan_experiments([NUMBER])
    path = Path(nnUNet_preprocessed) / dataset / f"{plans_name}.json"
    plans = json.loads(path.read_text())
    chosen = plans["configurations"][configuration]
    chosen["batch_size"] = BATCH_SIZE
    network = chosen["architecture"]["arch_kwargs"]
    network["features_per_stage"] = [N_FEATURES * 2**i for i in range(network["n_stages"])]
    path.write_text(json.dumps(plans))
    api.preprocess([NUMBER], plans_name, [configuration], [1], show_progress_bar=False)


def train(dataset, configuration):
    # Here, and not above: nnU-Net's children begin by what stands above.
    from nnunetv2.run.run_training import get_trainer_from_args

    torch.manual_seed(0)
    np.random.seed(0)  # noqa: NPY002
    trainer = get_trainer_from_args(dataset, configuration, 0, device=CPU)
    trainer.num_epochs, trainer.num_iterations_per_epoch, trainer.num_val_iterations_per_epoch = (
        N_EPOCHS,
        N_STEPS,
        1,
    )
    trainer.configure_optimizers = lambda: configure_optimizers(trainer)
    os.environ.update(nnUNet_n_proc_DA="0")  # batches are made here, one after the other
    trainer.run_training()
    return trainer


def configure_optimizers(trainer):
    """Take Adam: nnU-Net's own momentum of 0.99 begins to pull after a hundred steps."""
    from nnunetv2.training.lr_scheduler.polylr import PolyLRScheduler

    optimizer = torch.optim.Adam(trainer.network.parameters(), lr=LEARNING_RATE)
    return optimizer, PolyLRScheduler(optimizer, LEARNING_RATE, trainer.num_epochs)


def predict(trainer, folder):
    """Predict every image; labels lie in the folder ``predicted``."""
    from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor

    predictor = nnUNetPredictor(use_mirroring=False, device=CPU, allow_tqdm=False)
    predictor.initialize_from_trained_model_folder(trainer.output_folder_base, (0,))
    images = sorted(folder.glob("images*/*.nii.gz"))
    names = [str(folder / "predicted" / image.name.removesuffix("_0000.nii.gz")) for image in images]
    (folder / "predicted").mkdir()
    predictor.predict_from_files_sequential([[str(image)] for image in images], names)


def main():
    dataset, configuration = sys.argv[1:]
    prepare(dataset, configuration)
    trainer = train(dataset, configuration)
    predict(trainer, Path(nnUNet_raw) / dataset)
    losses = {name: trainer.logger.get_value(name, None) for name in ("train_losses", "val_losses")}
    sys.stdout.write("\n" + json.dumps({name: list(map(float, values)) for name, values in losses.items()}))


if __name__ == "__main__":
    main()
