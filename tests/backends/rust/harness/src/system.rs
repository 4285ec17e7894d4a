//! The system program, as far as programs call it: create (with a seed too, and where lamports lie
//! already), assign, transfer and allocate.

use crate::memory::Passed;
use anchor_lang::prelude::{ProgramError, Pubkey};
use anchor_lang::system_program;

const MAX_LENGTH: u64 = 10 * 1024 * 1024;
const ACCOUNT_ALREADY_IN_USE: u32 = 0;
const RESULT_WITH_NEGATIVE_LAMPORTS: u32 = 1;
const INVALID_ACCOUNT_DATA_LENGTH: u32 = 3;
const ADDRESS_WITH_SEED_MISMATCH: u32 = 5;

type Outcome = std::result::Result<(), ProgramError>;

/// Run an instruction of the system program on accounts, in the order of the instruction.
pub fn process(accounts: &mut [Passed], order: &[usize], data: &[u8]) -> Outcome {
    let tag = data
        .first_chunk::<4>()
        .ok_or(ProgramError::InvalidInstructionData)?;
    let rest = &data[4..];
    match u32::from_le_bytes(*tag) {
        0 => {
            let (lamports, space) = (number(rest, 0)?, number(rest, 8)?);
            create(accounts, order, lamports, space, key(rest, 16)?)
        }
        1 => assign(&mut accounts[at(order, 0)?], key(rest, 0)?),
        3 => create_with_seed(accounts, order, rest),
        2 => transfer(accounts, order, number(rest, 0)?),
        8 => allocate(&mut accounts[at(order, 0)?], number(rest, 0)?),
        13 => {
            let (lamports, space) = (number(rest, 0)?, number(rest, 8)?);
            create_allow_prefund(accounts, order, lamports, space, key(rest, 16)?)
        }
        _ => Err(ProgramError::InvalidInstructionData),
    }
}

fn at(order: &[usize], position: usize) -> std::result::Result<usize, ProgramError> {
    order
        .get(position)
        .copied()
        .ok_or(ProgramError::NotEnoughAccountKeys)
}

fn number(data: &[u8], at: usize) -> std::result::Result<u64, ProgramError> {
    let bytes = data.get(at..at + 8).and_then(|b| b.first_chunk::<8>());
    bytes
        .map(|b| u64::from_le_bytes(*b))
        .ok_or(ProgramError::InvalidInstructionData)
}

fn key(data: &[u8], at: usize) -> std::result::Result<Pubkey, ProgramError> {
    let bytes = data.get(at..at + 32).and_then(|b| b.first_chunk::<32>());
    bytes
        .map(|b| Pubkey::new_from_array(*b))
        .ok_or(ProgramError::InvalidInstructionData)
}

fn create(
    accounts: &mut [Passed],
    order: &[usize],
    lamports: u64,
    space: u64,
    owner: Pubkey,
) -> Outcome {
    let new = at(order, 1)?;
    if accounts[new].stored.lamports > 0 {
        return Err(ProgramError::Custom(ACCOUNT_ALREADY_IN_USE));
    }
    allocate(&mut accounts[new], space)?;
    assign(&mut accounts[new], owner)?;
    transfer(accounts, order, lamports)
}

/// As `create`, of an account that may hold lamports. It comes before the payer, which may be left out.
fn create_allow_prefund(
    accounts: &mut [Passed],
    order: &[usize],
    lamports: u64,
    space: u64,
    owner: Pubkey,
) -> Outcome {
    let new = at(order, 0)?;
    allocate(&mut accounts[new], space)?;
    assign(&mut accounts[new], owner)?;
    if lamports == 0 {
        return Ok(());
    }
    transfer(accounts, &[at(order, 1)?, new], lamports)
}

/// Base, the seed with its length, lamports, space, owner. The base signs for the new account.
fn create_with_seed(accounts: &mut [Passed], order: &[usize], data: &[u8]) -> Outcome {
    let (base, length) = (key(data, 0)?, number(data, 32)? as usize);
    let bytes = data.get(40..40 + length);
    let seed = bytes.and_then(|b| std::str::from_utf8(b).ok());
    let seed = seed.ok_or(ProgramError::InvalidInstructionData)?;
    let rest = &data[40 + length..];
    let (lamports, space, owner) = (number(rest, 0)?, number(rest, 8)?, key(rest, 16)?);
    let new = at(order, 1)?;
    let address = Pubkey::create_with_seed(&base, seed, &owner)?;
    if accounts[new].stored.key != address {
        return Err(ProgramError::Custom(ADDRESS_WITH_SEED_MISMATCH));
    }
    accounts[new].signer = accounts.iter().any(|a| a.stored.key == base && a.signer);
    create(accounts, order, lamports, space, owner)
}

fn allocate(account: &mut Passed, space: u64) -> Outcome {
    if !account.signer {
        return Err(ProgramError::MissingRequiredSignature);
    }
    if !account.stored.data.is_empty() || account.stored.owner != system_program::ID {
        return Err(ProgramError::Custom(ACCOUNT_ALREADY_IN_USE));
    }
    if space > MAX_LENGTH {
        return Err(ProgramError::Custom(INVALID_ACCOUNT_DATA_LENGTH));
    }
    account.stored.data = vec![0; space as usize];
    Ok(())
}

fn assign(account: &mut Passed, owner: Pubkey) -> Outcome {
    if account.stored.owner == owner {
        return Ok(());
    }
    if !account.signer {
        return Err(ProgramError::MissingRequiredSignature);
    }
    account.stored.owner = owner;
    Ok(())
}

fn transfer(accounts: &mut [Passed], order: &[usize], lamports: u64) -> Outcome {
    let (from, to) = (at(order, 0)?, at(order, 1)?);
    if !accounts[from].signer {
        return Err(ProgramError::MissingRequiredSignature);
    }
    if !accounts[from].stored.data.is_empty() {
        return Err(ProgramError::InvalidArgument);
    }
    let left = accounts[from]
        .stored
        .lamports
        .checked_sub(lamports)
        .ok_or(ProgramError::Custom(RESULT_WITH_NEGATIVE_LAMPORTS))?;
    accounts[from].stored.lamports = left;
    accounts[to].stored.lamports += lamports;
    Ok(())
}
