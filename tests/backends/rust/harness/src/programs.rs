//! The programs that can be called: the generated ones, and the two that they call natively.

use anchor_lang::prelude::{AccountInfo, Pubkey};
use anchor_lang::solana_program::entrypoint::ProgramResult;

type Entry = fn(&'static Pubkey, &'static [AccountInfo<'static>], &'static [u8]) -> ProgramResult;

pub fn entry(program: &Pubkey) -> Option<Entry> {
    let found: Entry = match *program {
        p if p == anchor_spl::token::ID => {
            |p, a, d| spl_token::processor::Processor::process(p, a, d)
        }
        p if p == anchor_spl::associated_token::ID => {
            |p, a, d| spl_associated_token_account::processor::process_instruction(p, a, d)
        }
        _ => return generated(program),
    };
    Some(found)
}

fn generated(program: &Pubkey) -> Option<Entry> {
    let found: Entry = match *program {
        p if p == energy_token::ID => |p, a, d| energy_token::entry(p, a, d),
        p if p == governance::ID => |p, a, d| governance::entry(p, a, d),
        p if p == oracle::ID => |p, a, d| oracle::entry(p, a, d),
        p if p == registry::ID => |p, a, d| registry::entry(p, a, d),
        p if p == trading::ID => |p, a, d| trading::entry(p, a, d),
        _ => return None,
    };
    Some(found)
}
