//! Vectors and results as bytes: little-endian, each message after its length as u32.

use anchor_lang::prelude::Pubkey;
use std::io::{self, Read, Write};

/// An account as it is stored.
#[derive(Clone)]
pub struct Stored {
    pub key: Pubkey,
    pub owner: Pubkey,
    pub lamports: u64,
    pub executable: bool,
    pub data: Vec<u8>,
}

/// An account of an instruction: which one, and what the transaction says of it.
pub struct Meta {
    pub index: usize,
    pub signer: bool,
    pub writable: bool,
}

/// One call of a program, with everything that it can see.
pub struct Vector {
    pub program: Pubkey,
    pub clock: [u8; 40],
    pub rent: [u8; 17],
    pub accounts: Vec<Stored>,
    pub metas: Vec<Meta>,
    pub data: Vec<u8>,
}

/// What a call did. `code` is 0 for success.
pub struct Outcome {
    pub code: u64,
    pub events: Vec<Vec<u8>>,
    pub returned: Option<(Pubkey, Vec<u8>)>,
    pub logs: Vec<String>,
    pub accounts: Vec<Stored>,
}

struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, n: usize) -> &'a [u8] {
        let (head, rest) = self.0.split_at(n);
        self.0 = rest;
        head
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        self.take(N).try_into().expect("as many bytes as asked for")
    }

    fn u32(&mut self) -> usize {
        u32::from_le_bytes(self.array()) as usize
    }

    fn bytes(&mut self) -> Vec<u8> {
        let n = self.u32();
        self.take(n).to_vec()
    }

    fn key(&mut self) -> Pubkey {
        Pubkey::new_from_array(self.array())
    }

    fn account(&mut self) -> Stored {
        Stored {
            key: self.key(),
            owner: self.key(),
            lamports: u64::from_le_bytes(self.array()),
            executable: self.take(1)[0] != 0,
            data: self.bytes(),
        }
    }

    fn meta(&mut self) -> Meta {
        let index = self.u32();
        let flags = self.take(1)[0];
        Meta {
            index,
            signer: flags & 1 != 0,
            writable: flags & 2 != 0,
        }
    }
}

/// The next vector; None at the end of the input.
pub fn read(input: &mut impl Read) -> io::Result<Option<Vector>> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let mut message = vec![0; u32::from_le_bytes(length) as usize];
    input.read_exact(&mut message)?;
    let mut cursor = Cursor(&message);
    let program = cursor.key();
    let clock = cursor.array();
    let rent = cursor.array();
    let accounts = (0..cursor.u32()).map(|_| cursor.account()).collect();
    let metas = (0..cursor.u32()).map(|_| cursor.meta()).collect();
    let data = cursor.bytes();
    Ok(Some(Vector {
        program,
        clock,
        rent,
        accounts,
        metas,
        data,
    }))
}

fn put(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend((bytes.len() as u32).to_le_bytes());
    out.extend(bytes);
}

/// Write what a call did.
pub fn write(output: &mut impl Write, outcome: &Outcome) -> io::Result<()> {
    let mut out = Vec::new();
    out.extend(outcome.code.to_le_bytes());
    out.extend((outcome.events.len() as u32).to_le_bytes());
    for event in &outcome.events {
        put(&mut out, event);
    }
    out.push(u8::from(outcome.returned.is_some()));
    if let Some((program, data)) = &outcome.returned {
        out.extend(program.to_bytes());
        put(&mut out, data);
    }
    out.extend((outcome.logs.len() as u32).to_le_bytes());
    for line in &outcome.logs {
        put(&mut out, line.as_bytes());
    }
    for account in &outcome.accounts {
        out.extend(account.owner.to_bytes());
        out.extend(account.lamports.to_le_bytes());
        put(&mut out, &account.data);
    }
    output.write_all(&(out.len() as u32).to_le_bytes())?;
    output.write_all(&out)
}
