//! The syscalls that the programs are linked against.

// Pointers come from the programs, as they come on chain.
#![allow(clippy::missing_safety_doc)]

use crate::checks::code;
use crate::runtime;
use anchor_lang::prelude::{AccountInfo, Pubkey};
use curve25519_dalek::edwards::CompressedEdwardsY;
use sha2::{Digest, Sha256};
use std::slice::from_raw_parts;

const MAX_SEEDS: usize = 16;
const MAX_SEED_LENGTH: usize = 32;
const CLOCK: Pubkey =
    anchor_lang::solana_program::pubkey::pubkey!("SysvarC1ock11111111111111111111111111111111");
const RENT: Pubkey =
    anchor_lang::solana_program::pubkey::pubkey!("SysvarRent111111111111111111111111111111111");

unsafe fn bytes<'a>(at: *const u8, length: u64) -> &'a [u8] {
    unsafe { from_raw_parts(at, length as usize) }
}

/// A slice of slices, as Rust passes `&[&[u8]]`.
unsafe fn slices<'a>(at: *const u8, length: u64) -> &'a [&'a [u8]] {
    unsafe { from_raw_parts(at.cast(), length as usize) }
}

// --- logs -----------------------------------------------------------------------------------------------------

#[no_mangle]
pub unsafe extern "C" fn sol_log_(message: *const u8, length: u64) {
    let text = unsafe { bytes(message, length) };
    runtime::log(&String::from_utf8_lossy(text));
}

#[no_mangle]
pub extern "C" fn sol_log_64_(a: u64, b: u64, c: u64, d: u64, e: u64) {
    runtime::log(&format!("{a:#x}, {b:#x}, {c:#x}, {d:#x}, {e:#x}"));
}

#[no_mangle]
pub unsafe extern "C" fn sol_log_pubkey(key: *const u8) {
    let key = unsafe { &*key.cast::<Pubkey>() };
    runtime::log(&key.to_string());
}

#[no_mangle]
pub unsafe extern "C" fn sol_log_data(data: *const u8, length: u64) {
    runtime::event(unsafe { slices(data, length) }.concat());
}

// --- memory ---------------------------------------------------------------------------------------------------

#[no_mangle]
pub unsafe extern "C" fn sol_memcpy_(to: *mut u8, from: *const u8, length: u64) {
    unsafe { std::ptr::copy_nonoverlapping(from, to, length as usize) };
}

#[no_mangle]
pub unsafe extern "C" fn sol_memmove_(to: *mut u8, from: *const u8, length: u64) {
    unsafe { std::ptr::copy(from, to, length as usize) };
}

#[no_mangle]
pub unsafe extern "C" fn sol_memset_(to: *mut u8, value: u8, length: u64) {
    unsafe { std::ptr::write_bytes(to, value, length as usize) };
}

#[no_mangle]
pub unsafe extern "C" fn sol_memcmp_(a: *const u8, b: *const u8, length: u64, result: *mut i32) {
    let (a, b) = unsafe { (bytes(a, length), bytes(b, length)) };
    let differs = a.iter().zip(b).find(|(x, y)| x != y);
    unsafe { *result = differs.map_or(0, |(x, y)| i32::from(*x) - i32::from(*y)) };
}

// --- addresses and hashes -------------------------------------------------------------------------------------

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// The address of these seeds; None on the curve. Bad seeds end the program, as on chain.
fn derive(seeds: &[&[u8]], program: &[u8]) -> Option<[u8; 32]> {
    if seeds.len() > MAX_SEEDS || seeds.iter().any(|s| s.len() > MAX_SEED_LENGTH) {
        runtime::fail(code::PANIC);
        return None;
    }
    let mut parts = seeds.to_vec();
    parts.extend([program, b"ProgramDerivedAddress"]);
    let address = hash(&parts);
    let on_curve = CompressedEdwardsY(address).decompress().is_some();
    (!on_curve).then_some(address)
}

#[no_mangle]
pub unsafe extern "C" fn sol_create_program_address(
    seeds: *const u8,
    count: u64,
    program: *const u8,
    address: *mut u8,
) -> u64 {
    let (seeds, program) = unsafe { (slices(seeds, count), bytes(program, 32)) };
    match derive(seeds, program) {
        Some(found) => {
            unsafe { sol_memcpy_(address, found.as_ptr(), 32) };
            0
        }
        None => 1,
    }
}

#[no_mangle]
pub unsafe extern "C" fn sol_try_find_program_address(
    seeds: *const u8,
    count: u64,
    program: *const u8,
    address: *mut u8,
    bump: *mut u8,
) -> u64 {
    let (seeds, program) = unsafe { (slices(seeds, count), bytes(program, 32)) };
    for candidate in (0..=u8::MAX).rev() {
        let last = [candidate];
        let mut full = seeds.to_vec();
        full.push(&last);
        if let Some(found) = derive(&full, program) {
            unsafe {
                sol_memcpy_(address, found.as_ptr(), 32);
                *bump = candidate;
            }
            return 0;
        }
    }
    1
}

#[no_mangle]
pub unsafe extern "C" fn sol_sha256(parts: *const u8, count: u64, result: *mut u8) -> u64 {
    let found = hash(unsafe { slices(parts, count) });
    unsafe { sol_memcpy_(result, found.as_ptr(), 32) };
    0
}

// --- sysvars --------------------------------------------------------------------------------------------------

#[no_mangle]
pub unsafe extern "C" fn sol_get_clock_sysvar(to: *mut u8) -> u64 {
    let clock = runtime::clock();
    unsafe { sol_memcpy_(to, clock.as_ptr(), clock.len() as u64) };
    0
}

#[no_mangle]
pub unsafe extern "C" fn sol_get_rent_sysvar(to: *mut u8) -> u64 {
    let rent = runtime::rent();
    unsafe { sol_memcpy_(to, rent.as_ptr(), rent.len() as u64) };
    0
}

/// `EpochSchedule::default()`, which the virtual machine has, as it lies in memory.
#[no_mangle]
pub unsafe extern "C" fn sol_get_epoch_schedule_sysvar(to: *mut u8) -> u64 {
    let schedule: [u64; 5] = [432_000, 432_000, 1, 14, 524_256];
    unsafe { sol_memcpy_(to, schedule.as_ptr().cast(), 40) };
    0
}

#[no_mangle]
pub unsafe extern "C" fn sol_get_sysvar(
    id: *const u8,
    to: *mut u8,
    offset: u64,
    length: u64,
) -> u64 {
    let id = unsafe { &*id.cast::<Pubkey>() };
    let data = match *id {
        CLOCK => runtime::clock(),
        RENT => runtime::rent(),
        _ => return 2,
    };
    match data.get(offset as usize..(offset + length) as usize) {
        Some(part) => {
            unsafe { sol_memcpy_(to, part.as_ptr(), length) };
            0
        }
        None => 1,
    }
}

// --- calls ----------------------------------------------------------------------------------------------------

#[no_mangle]
pub unsafe extern "C" fn sol_set_return_data(data: *const u8, length: u64) {
    runtime::set_returned(unsafe { bytes(data, length) });
}

#[no_mangle]
pub unsafe extern "C" fn sol_get_return_data(to: *mut u8, room: u64, program: *mut u8) -> u64 {
    let Some((id, data)) = runtime::returned() else {
        return 0;
    };
    let copied = room.min(data.len() as u64);
    unsafe {
        sol_memcpy_(to, data.as_ptr(), copied);
        if copied > 0 {
            sol_memcpy_(program, id.as_ref().as_ptr(), 32);
        }
    }
    data.len() as u64
}

#[no_mangle]
pub extern "C" fn sol_get_stack_height() -> u64 {
    runtime::depth()
}

#[no_mangle]
pub extern "C" fn sol_remaining_compute_units() -> u64 {
    200_000
}

/// `Vec` as `solana-stable-layout` fixes it.
#[repr(C)]
struct StableVec<T> {
    at: *const T,
    capacity: u64,
    length: u64,
}

#[repr(C)]
struct AccountMeta {
    key: Pubkey,
    signer: bool,
    writable: bool,
}

#[repr(C)]
struct StableInstruction {
    accounts: StableVec<AccountMeta>,
    data: StableVec<u8>,
    program: Pubkey,
}

#[no_mangle]
pub unsafe extern "C" fn sol_invoke_signed_rust(
    instruction: *const u8,
    infos: *const u8,
    infos_length: u64,
    signers: *const u8,
    signers_length: u64,
) -> u64 {
    // SAFETY: the layouts are those that `solana-invoke` passes.
    let (instruction, infos, signers) = unsafe {
        let instruction = &*instruction.cast::<StableInstruction>();
        let infos = from_raw_parts(infos.cast::<AccountInfo>(), infos_length as usize);
        let signers = from_raw_parts(signers.cast::<&[&[u8]]>(), signers_length as usize);
        (instruction, infos, signers)
    };
    let caller = runtime::current();
    let mut signing = Vec::new();
    for seeds in signers {
        match derive(seeds, caller.as_ref()) {
            Some(address) => signing.push(Pubkey::new_from_array(address)),
            None => {
                runtime::fail(code::PANIC);
                return 1;
            }
        }
    }
    let list = &instruction.accounts;
    let metas: Vec<(Pubkey, bool, bool)> = unsafe { from_raw_parts(list.at, list.length as usize) }
        .iter()
        .map(|m| (m.key, m.signer, m.writable))
        .collect();
    let data = unsafe { bytes(instruction.data.at, instruction.data.length) };
    match runtime::invoke(&instruction.program, &metas, data, infos, &signing) {
        Ok(()) => 0,
        Err(error) => {
            runtime::fail(error);
            if error & code::RUNTIME == code::RUNTIME {
                code::PANIC
            } else {
                error
            }
        }
    }
}
