from seahorse.prelude import *


class Crate:
    weight: i32

    def __init__(self, weight: i32):
        self.weight = weight
