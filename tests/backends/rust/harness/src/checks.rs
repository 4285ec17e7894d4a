//! What the runtime demands of a program that has ended: it may only have changed what it may change.

use crate::memory::Passed;
use crate::wire::Stored;
use anchor_lang::prelude::Pubkey;

/// Errors of the runtime that have no ProgramError; the numbers are this harness's own.
pub mod code {
    pub const RUNTIME: u64 = 0xffff_0000_0000_0000;
    pub const PANIC: u64 = RUNTIME | 1;
    pub const PRIVILEGE_ESCALATION: u64 = RUNTIME | 2;
    pub const MISSING_ACCOUNT: u64 = RUNTIME | 3;
    pub const REENTRANCY: u64 = RUNTIME | 4;
    pub const READONLY_DATA: u64 = RUNTIME | 5;
    pub const READONLY_LAMPORTS: u64 = RUNTIME | 6;
    pub const FOREIGN_DATA: u64 = RUNTIME | 7;
    pub const FOREIGN_LAMPORTS: u64 = RUNTIME | 8;
    pub const UNBALANCED: u64 = RUNTIME | 9;
    pub const MODIFIED_OWNER: u64 = RUNTIME | 10;
    pub const UNSUPPORTED_PROGRAM: u64 = RUNTIME | 11;
}

/// Check one account before and after a call of `program`.
pub fn changes(program: &Pubkey, before: &Passed, after: &Stored) -> Result<(), u64> {
    let old = &before.stored;
    let owned = old.owner == *program;
    if old.lamports != after.lamports {
        if !before.writable {
            return Err(code::READONLY_LAMPORTS);
        }
        if after.lamports < old.lamports && !owned {
            return Err(code::FOREIGN_LAMPORTS);
        }
    }
    if old.data != after.data {
        if !before.writable {
            return Err(code::READONLY_DATA);
        }
        if !owned {
            return Err(code::FOREIGN_DATA);
        }
    }
    let zeroed = after.data.iter().all(|b| *b == 0);
    if old.owner != after.owner && !(owned && before.writable && zeroed) {
        return Err(code::MODIFIED_OWNER);
    }
    Ok(())
}
