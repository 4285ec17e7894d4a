from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Node(ABC):
    @abstractmethod
    def total(self) -> u64: ...


@dataclass
class Leaf(Node):
    value: u64

    def total(self) -> u64:
        return self.value


@dataclass
class Branch(Node):
    children: List[Node]

    def total(self) -> u64:
        return sum(c.total() for c in self.children)


@instruction
def run(owner: Signer, n: u64):
    nodes: List[Node] = [Leaf(n)]
    print(len(nodes))
