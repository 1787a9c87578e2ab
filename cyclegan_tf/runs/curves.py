"""Which numbers in the logs of a run belong in one picture."""

from cyclegan_tf.directions import Direction

#: Losses of metrics.jsonl: those of generators against discriminators ...
ADVERSARIAL = ("gan_ab", "gan_ba")
#: ... those that compare images ...
OF_IMAGES = (
    *("cycle_a", "cycle_b", "identity_a", "identity_b"),
    *("equivariance_ab", "equivariance_ba"),
)
#: ... and those of the discriminators.
OF_DISCRIMINATORS = ("discriminator_a", "discriminator_b")
#: What `best_*.keras` may go by, in validation.jsonl; a run has one of the three.
DISTANCES = tuple(
    f"{name}_{way}" for name in ("kid", "kid_inception", "two_sample") for way in Direction
)
