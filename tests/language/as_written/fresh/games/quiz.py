"""A quiz: the host posts hashed answers; players answer and are paid by rank."""
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import List, Optional

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

MAX_QUESTIONS = 10
PRIZES = (50, 30, 20)


class Phase(Enum):
    OPEN = auto()
    REVEALED = auto()
    CLOSED = auto()


class QuizError(Error):
    WRONG_PHASE = 6000, "The quiz is in another phase"
    TOO_MANY = 6001, "Too many questions"
    NOT_HOST = 6002, "Only the host may do this"
    ALREADY = 6003, "You have answered already"
    BAD_SALT = 6004, "The answers do not match the hash"


@dataclass
class Score:
    player: Pubkey
    points: u16
    at: i64

    def __lt__(self, other: "Score") -> bool:
        if self.points != other.points:
            return self.points > other.points
        return self.at < other.at


class Quiz(Account):
    host: Pubkey
    title: String[64]
    phase: Phase
    commitment: Array[u8, 32]
    answers: List[u8, 10]
    scores: List[Score, 20]
    pot: u64
    bump: u8

    def require(self, phase: Phase):
        if self.phase != phase:
            raise QuizError.WRONG_PHASE

    def points_of(self, given: List[u8]) -> u16:
        return sum(1 for a, b in zip(self.answers, given) if a == b)


class Sheet(Account):
    player: Pubkey
    given: List[u8, 10]
    at: i64


class Finished(Event):
    quiz: Pubkey
    winner: Optional[Pubkey]
    players: u8


QuizPda = Annotated[Quiz, Seeds("quiz", arg.host)]


@instruction
def create(host: Signer, quiz: Empty[Quiz], title: str, commitment: List[u8], pot: u64):
    q = quiz.init(payer=host, seeds=["quiz", host])
    q.host = host.key()
    q.title = title.strip()
    q.phase = Phase.OPEN
    q.commitment = Array(commitment, 32)
    q.pot = pot
    host.transfer_lamports(q, pot)


@instruction
def answer(player: Signer, host: UncheckedAccount, quiz: QuizPda, sheet: Empty[Sheet], given: List[u8]):
    quiz.require(Phase.OPEN)
    assert len(given) <= MAX_QUESTIONS, QuizError.TOO_MANY
    s = sheet.init(payer=player, seeds=["sheet", quiz, player])
    s.player, s.given, s.at = player.key(), given, Clock.get().unix_timestamp()


@instruction
def reveal(host: Signer, quiz: QuizPda, answers: List[u8], salt: str):
    quiz.require(Phase.OPEN)
    digest = sha256(bytes(answers) + salt.encode())
    assert list(digest) == list(quiz.commitment), QuizError.BAD_SALT
    quiz.answers = answers
    quiz.phase = Phase.REVEALED


@instruction
def grade(host: UncheckedAccount, quiz: QuizPda, sheet: Sheet):
    quiz.require(Phase.REVEALED)
    if any(s.player == sheet.player for s in quiz.scores):
        raise QuizError.ALREADY
    quiz.scores.append(Score(player=sheet.player, points=quiz.points_of(sheet.given), at=sheet.at))
    quiz.scores.sort()


@instruction
def pay(host: Signer, quiz: QuizPda, remaining_accounts: List[UncheckedAccount]):
    quiz.require(Phase.REVEALED)
    pot = quiz.pot
    for rank, (score, share) in enumerate(zip(quiz.scores, PRIZES), start=1):
        account = next((a for a in remaining_accounts if a.key() == score.player), None)
        if account is None:
            print(f"#{rank} {score.player} is not here")
            continue
        amount = pot * share // 100
        quiz.transfer_lamports(account, amount)
        quiz.pot -= amount
        print(f"#{rank:<2} {score.player} {score.points:>3} points: {amount:,}")
    quiz.phase = Phase.CLOSED
    winner = quiz.scores[0].player if quiz.scores else None
    Finished(quiz.key(), winner, len(quiz.scores)).emit()
