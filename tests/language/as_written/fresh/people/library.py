"""Lending books: catalogue, loans, fines and a waiting list."""
from seahorse.prelude import *
from typing import Dict, List, Optional, Tuple

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

DAY = 86_400
LOAN = 14 * DAY
FINE = 1_000
GENRES = ["novel", "science", "history"]


class Book(Account):
    isbn: String[13]
    title: String[60]
    genre: u8
    copies: u16
    queue: List[Pubkey, 20]

    def __str__(self) -> str:
        return f"{self.title} ({GENRES[self.genre]})"


class Reader(Account):
    key_of: Pubkey
    loans: List[Tuple[Pubkey, i64], 5]
    fines: u64
    borrowed: u32


def is_isbn(text: str) -> bool:
    digits = [int(c) for c in text if c.isdigit()]
    if len(digits) != 13:
        return False
    total = sum(d * (3 if i % 2 else 1) for i, d in enumerate(digits))
    return total % 10 == 0


def find_loan(reader: Reader, book: Pubkey) -> int:
    for i, (key, _) in enumerate(reader.loans):
        if key == book:
            return i
    return -1


@instruction
def add_book(librarian: Signer, book: Empty[Book], isbn: str, title: str, genre: str, copies: u16):
    assert is_isbn(isbn), f"{isbn} is not an ISBN"
    assert genre in GENRES, "unknown genre"
    b = book.init(payer=librarian, seeds=["book", isbn])
    b.isbn, b.title = isbn, title.title() if title.islower() else title
    b.genre = GENRES.index(genre)
    b.copies = copies
    print(b)


@instruction
def register(who: Signer, reader: Empty[Reader]):
    r = reader.init(payer=who, seeds=["reader", who])
    r.key_of = who.key()


@instruction
def borrow(who: Signer, reader: Annotated[Reader, Seeds("reader", arg.who)], book: Book) -> i64:
    assert reader.fines == 0, f"pay {reader.fines} first"
    assert len(reader.loans) < 5 and find_loan(reader, book.key()) < 0
    me = who.key()
    if book.copies == 0 or (book.queue and book.queue[0] != me):
        if me not in book.queue:
            book.queue.append(me)
        print("place", book.queue.index(me) + 1)
        return 0
    if book.queue and book.queue[0] == me:
        book.queue.pop(0)
    book.copies -= 1
    due = Clock.get().unix_timestamp() + LOAN
    reader.loans.append((book.key(), due))
    reader.borrowed += 1
    return due


@instruction
def give_back(who: Signer, reader: Annotated[Reader, Seeds("reader", arg.who)], book: Book) -> u64:
    i = find_loan(reader, book.key())
    assert i >= 0, "you do not have it"
    _, due = reader.loans.pop(i)
    late = max(0, Clock.get().unix_timestamp() - due)
    fine = -(-late // DAY) * FINE
    reader.fines += fine
    book.copies += 1
    return fine


@instruction
def pay(who: Signer, librarian: UncheckedAccount, reader: Annotated[Reader, Seeds("reader", arg.who)], amount: u64):
    amount = min(amount, reader.fines)
    who.transfer_lamports(librarian, amount)
    reader.fines -= amount


@instruction
def statistics(remaining_accounts: List[Book]) -> str:
    by_genre: Dict[str, u64] = {}
    for book in remaining_accounts:
        name = GENRES[book.genre]
        by_genre[name] = by_genre.get(name, 0) + book.copies
    return ", ".join(f"{k}={v}" for k, v in sorted(by_genre.items(), key=lambda kv: (-i64(kv[1]), kv[0])))
