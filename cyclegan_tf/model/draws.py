"""Random numbers of the training step: a function of (seed, number), the same on every backend.

They are those of `tf.random.stateless_uniform` to the last bit.
"""

import keras
from keras import ops

from cyclegan_tf.model.tensors import Scalar, Tensor

if keras.backend.backend() == "tensorflow":
    import tensorflow as tf

# Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
_NUM_ROUNDS = 10
_MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
_KEY_STEPS = (0x9E3779B9, 0xBB67AE85)
# By which TensorFlow makes key and counter out of a seed (`StatelessRandomGetKeyCounter`).
_SCRAMBLING_KEY = (0x3EC8F720, 0x02461E29)


def draw_uniform(seed: int, number: Scalar) -> Scalar:
    """Draws a number from [0, 1).

    Args:
        seed: Names a stream of draws; from -2**31 to 2**31 - 1.
        number: Integer scalar, the place in the stream.

    Returns:
        A float32 scalar, a multiple of 2**-23.
    """
    if keras.backend.backend() == "tensorflow":
        return tf.random.stateless_uniform((), _tensorflow_seed(seed, number))
    return to_uniform(random_bits(seed, number)[0])


def draw_integers(seed: int, number: Scalar, count: int, low: int, high: int) -> Tensor:
    """Draws integers from low to high - 1.

    Args:
        seed: Names a stream of draws; from -2**31 to 2**31 - 1.
        number: Integer scalar, the place in the stream.
        count: How many to draw, from 1 to 4.
        low: The least that is drawn.
        high: Exclusive upper bound.

    Returns:
        int32 `(count,)`.
    """
    if keras.backend.backend() == "tensorflow":
        key = _tensorflow_seed(seed, number)
        return tf.random.stateless_uniform((count,), key, low, high, dtype=tf.int32)
    bits = random_bits(seed, number)[:count]
    return ops.stack([low + remainder(word, high - low) for word in bits])


def random_bits(seed: int, number: Scalar) -> list[Tensor]:
    """Returns the first four words that TensorFlow's generator makes of a seed and a number.

    Args:
        seed: From -2**31 to 2**31 - 1.
        number: Integer tensor of any shape.

    Returns:
        Four int32 tensors of that shape, which hold the bits of unsigned words.
    """
    number = ops.cast(number, "int32")
    zero = number * 0
    first = zero + _signed(seed)
    # TensorFlow widens seeds to 64 bits; what is above the lower half is the sign.
    counter = [first, _shifted(first, 31), number, _shifted(number, 31)]
    mix = _philox(counter, [zero + _signed(word) for word in _SCRAMBLING_KEY])
    return _philox([zero, zero, mix[2], mix[3]], mix[:2])


def to_uniform(word: Tensor) -> Tensor:
    """Makes a float32 in [0, 1) of the 23 lowest bits, as TensorFlow does."""
    return ops.cast(word & 0x7FFFFF, "float32") * 2.0**-23


def remainder(word: Tensor, divisor: int) -> Tensor:
    """Divides an unsigned word, held as int32, and returns the rest.

    Args:
        word: int32 tensor.
        divisor: From 1 to 2**30.
    """
    half = _shifted(word, 1) & 0x7FFFFFFF
    return (half % divisor * 2 + (word & 1)) % divisor


def _philox(counter: list[Tensor], key: list[Tensor]) -> list[Tensor]:
    def one_round(i: Scalar, state: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        a, b, c, d, *key = state
        high_a, low_a = _product(_MULTIPLIERS[0], a)
        high_c, low_c = _product(_MULTIPLIERS[1], c)
        steps = map(_signed, _KEY_STEPS)
        key = [word + step for word, step in zip(key, steps, strict=True)]
        return (high_c ^ b ^ state[4], low_c, high_a ^ d ^ state[5], low_a, *key)

    # A loop in the graph: unrolled, XLA would compile the rounds for a minute.
    return list(ops.fori_loop(0, _NUM_ROUNDS, one_round, (*counter, *key))[:4])


def _product(constant: int, word: Tensor) -> tuple[Tensor, Tensor]:
    """The upper and the lower half of the 64-bit product of two unsigned words.

    In limbs of 16 bits, since JAX has no 64-bit integers by default, nor has a TPU.
    """
    upper, lower = constant >> 16, constant & 0xFFFF
    word_upper, word_lower = _upper_limb(word), word & 0xFFFF
    # No sum exceeds 32 bits.
    middle = lower * word_upper + _upper_limb(lower * word_lower)
    other = upper * word_lower + (middle & 0xFFFF)
    high = upper * word_upper + _upper_limb(middle) + _upper_limb(other)
    return high, _signed(constant) * word


def _upper_limb(word: Tensor) -> Tensor:
    return _shifted(word, 16) & 0xFFFF


def _shifted(word: Tensor, places: int) -> Tensor:
    """To the right, the sign filling up."""
    return ops.right_shift(word, places)


def _signed(word: int) -> int:
    """The integer of int32 with the bits of an unsigned word.

    >>> _signed(0xFFFFFFFF), _signed(7), _signed(-7)
    (-1, 7, -7)
    """
    return (word & 0xFFFFFFFF ^ 0x80000000) - 0x80000000


def _tensorflow_seed(seed: int, number: Scalar) -> Tensor:
    return tf.stack([tf.cast(seed, tf.int32), tf.cast(number, tf.int32)])
