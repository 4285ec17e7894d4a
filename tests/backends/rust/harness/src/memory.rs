//! A program's input buffer, laid out as the runtime lays it out, and what is read back from it.

use crate::wire::Stored;
use anchor_lang::prelude::{AccountInfo, Pubkey};
use anchor_lang::solana_program::entrypoint::{deserialize, MAX_PERMITTED_DATA_INCREASE};

/// An account as an instruction passes it.
#[derive(Clone)]
pub struct Passed {
    pub stored: Stored,
    pub signer: bool,
    pub writable: bool,
}

/// The buffer of one call. The accounts that are decoded from it point into it.
pub struct Input {
    words: Vec<u64>,
}

impl Input {
    pub fn new(program: &Pubkey, accounts: &[Passed], order: &[usize], data: &[u8]) -> Self {
        let mut out = Vec::new();
        out.extend((order.len() as u64).to_le_bytes());
        for (position, &index) in order.iter().enumerate() {
            let first = order.iter().position(|&other| other == index);
            match first {
                Some(earlier) if earlier < position => {
                    out.push(earlier as u8);
                    out.extend([0; 7]);
                }
                _ => put_account(&mut out, &accounts[index]),
            }
        }
        out.extend((data.len() as u64).to_le_bytes());
        out.extend(data);
        out.extend(program.to_bytes());
        let mut words = vec![0_u64; out.len().div_ceil(8)];
        for (word, bytes) in words.iter_mut().zip(out.chunks(8)) {
            let mut full = [0; 8];
            full[..bytes.len()].copy_from_slice(bytes);
            *word = u64::from_le_bytes(full);
        }
        Self { words }
    }

    /// The call's program, accounts and data, as the entrypoint decodes them.
    ///
    /// # Safety
    /// What is returned must not outlive the buffer, whatever its lifetime says.
    pub unsafe fn decode(&mut self) -> (&'static Pubkey, Vec<AccountInfo<'static>>, &'static [u8]) {
        // SAFETY: the buffer has the runtime's layout and alignment.
        unsafe { deserialize(self.words.as_mut_ptr().cast()) }
    }
}

fn put_account(out: &mut Vec<u8>, account: &Passed) {
    let stored = &account.stored;
    out.extend([
        0xff,
        u8::from(account.signer),
        u8::from(account.writable),
        u8::from(stored.executable),
        0,
        0,
        0,
        0,
    ]);
    out.extend(stored.key.to_bytes());
    out.extend(stored.owner.to_bytes());
    out.extend(stored.lamports.to_le_bytes());
    out.extend((stored.data.len() as u64).to_le_bytes());
    out.extend(&stored.data);
    out.resize(out.len() + MAX_PERMITTED_DATA_INCREASE, 0);
    out.resize(out.len().next_multiple_of(8), 0);
    out.extend(u64::MAX.to_le_bytes());
}

/// The state of an account as a program left it.
pub fn stored(info: &AccountInfo) -> Stored {
    Stored {
        key: *info.key,
        owner: *info.owner,
        lamports: info.lamports(),
        executable: info.executable,
        data: info.data.borrow().to_vec(),
    }
}
