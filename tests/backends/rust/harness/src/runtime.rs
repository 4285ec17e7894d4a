//! The runtime around a program: calls, the accounts they share, and what they leave behind.

use crate::checks::{changes, code};
use crate::memory::{stored, Input, Passed};
use crate::programs;
use crate::system;
use crate::wire::{Outcome, Stored, Vector};
use anchor_lang::prelude::{AccountInfo, ProgramError, Pubkey};
use anchor_lang::system_program;
use std::cell::RefCell;
use std::panic::{catch_unwind, AssertUnwindSafe};

/// What outlives a single call: the stack of programs, sysvars, and what programs say.
#[derive(Default)]
struct State {
    stack: Vec<Frame>,
    clock: Vec<u8>,
    rent: Vec<u8>,
    events: Vec<Vec<u8>>,
    logs: Vec<String>,
    returned: Option<(Pubkey, Vec<u8>)>,
    /// The error of a call that failed: it ends the transaction, whatever the caller makes of it.
    fatal: Option<u64>,
}

/// A program that runs, and its accounts as the runtime last saw them: when it was called, or when a call of its own
/// came back.
struct Frame {
    program: Pubkey,
    seen: Vec<Passed>,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

fn with<T>(f: impl FnOnce(&mut State) -> T) -> T {
    STATE.with_borrow_mut(f)
}

/// Run a vector. On failure the accounts are those from before.
pub fn run(vector: Vector) -> Outcome {
    with(|s| {
        *s = State {
            clock: vector.clock.to_vec(),
            rent: vector.rent.to_vec(),
            ..State::default()
        };
    });
    let mut accounts: Vec<Passed> = vector
        .accounts
        .iter()
        .map(|account| Passed {
            stored: account.clone(),
            signer: false,
            writable: false,
        })
        .collect();
    for meta in &vector.metas {
        // An account that is passed twice has the rights of both.
        accounts[meta.index].signer |= meta.signer;
        accounts[meta.index].writable |= meta.writable;
    }
    let order: Vec<usize> = vector.metas.iter().map(|m| m.index).collect();
    let result = call(&vector.program, &mut accounts, &order, &vector.data);
    let code = result.err().unwrap_or(0);
    let state = with(std::mem::take);
    let after = if code == 0 {
        accounts.into_iter().map(|p| p.stored).collect()
    } else {
        vector.accounts
    };
    Outcome {
        code,
        events: state.events,
        returned: state.returned.filter(|(_, data)| !data.is_empty()),
        logs: state.logs,
        accounts: after,
    }
}

/// Call a program with accounts; afterwards they are as it left them.
fn call(
    program: &Pubkey,
    accounts: &mut [Passed],
    order: &[usize],
    data: &[u8],
) -> Result<(), u64> {
    if with(|s| runs_below(&s.stack, program)) {
        return Err(code::REENTRANCY);
    }
    with(|s| {
        s.stack.push(Frame {
            program: *program,
            seen: accounts.to_vec(),
        });
        s.returned = Some((*program, Vec::new()));
        let depth = s.stack.len();
        s.logs.push(format!("Program {program} invoke [{depth}]"));
    });
    let result = execute(program, accounts, order, data);
    let end = if result.is_ok() { "success" } else { "failed" };
    with(|s| {
        s.stack.pop();
        s.logs.push(format!("Program {program} {end}"));
    });
    result
}

/// Whether a program runs already, other than by calling itself.
fn runs_below(stack: &[Frame], program: &Pubkey) -> bool {
    let direct = stack.last().is_some_and(|f| f.program == *program);
    !direct && stack.iter().any(|f| f.program == *program)
}

fn execute(
    program: &Pubkey,
    accounts: &mut [Passed],
    order: &[usize],
    data: &[u8],
) -> Result<(), u64> {
    if *program == system_program::ID {
        return system::process(accounts, order, data).map_err(u64::from);
    }
    let Some(entry) = programs::entry(program) else {
        return Err(code::UNSUPPORTED_PROGRAM);
    };
    let mut input = Input::new(program, accounts, order, data);
    // SAFETY: everything decoded is dropped before `input` is.
    let (id, infos, bytes) = unsafe { input.decode() };
    let result = {
        // SAFETY: as above; programs only see the accounts during this call.
        let shared: &'static [AccountInfo<'static>] = unsafe { &*std::ptr::from_ref(&infos[..]) };
        catch_unwind(AssertUnwindSafe(|| entry(id, shared, bytes)))
    };
    if let Some(fatal) = with(|s| s.fatal) {
        return Err(fatal);
    }
    match result {
        Ok(Ok(())) => collect(program, accounts, order, &infos),
        Ok(Err(error)) => Err(u64::from(error)),
        Err(_) => Err(code::PANIC),
    }
}

/// Take over what a program did to its accounts, when it was allowed to.
fn collect(
    program: &Pubkey,
    accounts: &mut [Passed],
    order: &[usize],
    infos: &[AccountInfo],
) -> Result<(), u64> {
    let total = |all: &[Passed], seen: &[usize]| -> u128 {
        seen.iter()
            .map(|&i| u128::from(all[i].stored.lamports))
            .sum()
    };
    let mut unique = order.to_vec();
    unique.sort_unstable();
    unique.dedup();
    let before = total(accounts, &unique);
    for (position, &index) in order.iter().enumerate() {
        if order[..position].contains(&index) {
            continue;
        }
        let after = stored(&infos[position]);
        verify(program, &after)?;
        accounts[index].stored = after;
    }
    if total(accounts, &unique) != before {
        return Err(code::UNBALANCED);
    }
    Ok(())
}

/// Check what the running program did to an account since the runtime last saw it.
fn verify(program: &Pubkey, now: &Stored) -> Result<(), u64> {
    with(|s| {
        let seen = s.stack.last().map_or(&[][..], |f| &f.seen);
        let before = seen.iter().find(|a| a.stored.key == now.key);
        before.map_or(Ok(()), |b| changes(program, b, now))
    })
}

/// Remember how a call left an account of its caller.
fn note(after: &Stored) {
    with(|s| {
        let seen = s.stack.last_mut().map(|f| &mut f.seen);
        let before = seen.and_then(|all| all.iter_mut().find(|a| a.stored.key == after.key));
        if let Some(before) = before {
            before.stored = after.clone();
        }
    });
}

/// A call from within a program.
pub fn invoke(
    program: &Pubkey,
    metas: &[(Pubkey, bool, bool)],
    data: &[u8],
    infos: &[AccountInfo],
    signers: &[Pubkey],
) -> Result<(), u64> {
    let mut accounts: Vec<Passed> = Vec::new();
    let mut order = Vec::new();
    let mut sources = Vec::new();
    for (key, signer, writable) in metas {
        let info = infos
            .iter()
            .find(|i| i.key == key)
            .ok_or(code::MISSING_ACCOUNT)?;
        let signs = info.is_signer || signers.contains(key);
        if (*signer && !signs) || (*writable && !info.is_writable) {
            return Err(code::PRIVILEGE_ESCALATION);
        }
        let known = accounts.iter().position(|a| a.stored.key == *key);
        let index = known.unwrap_or(accounts.len());
        if known.is_none() {
            verify(&current(), &stored(info))?;
            accounts.push(Passed {
                stored: stored(info),
                signer: false,
                writable: false,
            });
            sources.push(info);
        }
        accounts[index].signer |= *signer;
        accounts[index].writable |= *writable;
        order.push(index);
    }
    call(program, &mut accounts, &order, data)?;
    for (account, info) in accounts.iter().zip(sources) {
        note(&account.stored);
        if account.writable {
            give_back(info, &account.stored).map_err(u64::from)?;
        }
    }
    Ok(())
}

/// Show a caller what its callee did to an account.
fn give_back(info: &AccountInfo, after: &Stored) -> Result<(), ProgramError> {
    **info.try_borrow_mut_lamports()? = after.lamports;
    if info.data_len() != after.data.len() {
        info.resize(after.data.len())?;
    }
    info.try_borrow_mut_data()?.copy_from_slice(&after.data);
    if *info.owner != after.owner {
        info.assign(&after.owner);
    }
    Ok(())
}

// --- what syscalls need ---------------------------------------------------------------------------------------

/// The program that runs now.
pub fn current() -> Pubkey {
    with(|s| s.stack.last().map_or(Pubkey::default(), |f| f.program))
}

pub fn depth() -> u64 {
    with(|s| s.stack.len() as u64)
}

pub fn log(text: &str) {
    with(|s| s.logs.push(format!("Program log: {text}")));
}

pub fn event(data: Vec<u8>) {
    with(|s| s.events.push(data));
}

pub fn fail(error: u64) {
    with(|s| s.fatal = s.fatal.or(Some(error)));
}

pub fn set_returned(data: &[u8]) {
    let program = current();
    with(|s| s.returned = Some((program, data.to_vec())));
}

pub fn returned() -> Option<(Pubkey, Vec<u8>)> {
    with(|s| s.returned.clone())
}

pub fn clock() -> Vec<u8> {
    with(|s| s.clock.clone())
}

pub fn rent() -> Vec<u8> {
    with(|s| s.rent.clone())
}
