"""Sections of the script: simulations, precompiles, programs, stakes and votes."""

import base64
import struct
import zlib
from collections.abc import Sequence

from solders.hash import Hash
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction
from tests.localnet.agave.script.keys import (
    BOB,
    CLOCK,
    COMPUTE_BUDGET,
    CONFIG,
    CONFIRMED,
    ED25519,
    KEYS,
    LOADER,
    NATIVE_MINT,
    NOBODY,
    RENT,
    SECP256K1,
    SECP256R1,
    SOL,
    STAKE,
    STAKE_CONFIG,
    STAKE_HISTORY,
    SYSTEM,
    TOKEN,
    VOTE,
    Json,
    anchor,
    create_account,
    create_associated,
    keypair,
    memo,
    r,
    token,
    transfer,
    u8,
    u32,
    u64,
    w,
)
from tests.localnet.agave.script.recorder import Recorder, base58, encode


def simulations(rec: Recorder) -> None:
    rec.section = "simulate"
    payer, target = KEYS["simulation payer"], KEYS["simulation target"]
    tx = rec.sign([transfer(payer, target, 11), memo("sim", payer)], [payer])
    wire = encode(tx)
    rec.names.add(wire, "<transaction, base64>"), rec.names.add(base58(bytes(tx)), "<transaction, base58>")
    level = {"encoding": "base64", "commitment": "confirmed"}
    keys = [str(payer.pubkey()), str(target.pubkey())]
    for name, options in {
        "plain": {},
        "sigVerify": {"sigVerify": True},
        "replaceRecentBlockhash": {"replaceRecentBlockhash": True},
        "sigVerify and replaceRecentBlockhash": {"sigVerify": True, "replaceRecentBlockhash": True},
        "innerInstructions": {"innerInstructions": True},
        "accounts": {"accounts": {"addresses": keys}},
        "accounts in base64": {"accounts": {"encoding": "base64", "addresses": keys}},
        "accounts in jsonParsed": {"accounts": {"encoding": "jsonParsed", "addresses": [*keys, str(SYSTEM)]}},
        "accounts in base64+zstd": {"accounts": {"encoding": "base64+zstd", "addresses": keys[:1]}},
        "accounts in base58": {"accounts": {"encoding": "base58", "addresses": keys[:1]}},
        "accounts that do not exist": {"accounts": {"encoding": "base64", "addresses": [str(NOBODY.pubkey())]}},
        "too many accounts": {"accounts": {"encoding": "base64", "addresses": keys * 4}},
        "accounts of no addresses": {"accounts": {"encoding": "base64", "addresses": []}},
        "accounts with a bad address": {"accounts": {"encoding": "base64", "addresses": ["x"]}},
        "minContextSlot ahead": {"minContextSlot": 1 << 40},
        "unknown commitment": {"commitment": "max"},
    }.items():
        rec.read(name, "simulateTransaction", wire, {**level, **options})
    rec.read("base58", "simulateTransaction", base58(bytes(tx)), CONFIRMED)
    rec.read("base64 without saying so", "simulateTransaction", "AQ+/AQAB")
    rec.read("nothing at all", "simulateTransaction")

    def simulate(
        name: str,
        instructions: Sequence[Instruction],
        *signers: Keypair,
        blockhash: Hash | None = None,
        version: int | None = None,
        **options: Json,
    ) -> None:
        made = rec.sign(instructions, signers or [payer], blockhash, version)
        rec.names.add(encode(made), f"<{name}, base64>")
        rec.read(name, "simulateTransaction", encode(made), {**level, **options})

    simulate("version 0", [transfer(payer, target, 12)], version=0)
    simulate("failing", [transfer(payer, target, 1 << 60)])
    simulate(
        "failing, with accounts", [transfer(payer, target, 1 << 60)], accounts={"encoding": "base64", "addresses": keys}
    )
    simulate("custom error", [Instruction(TOKEN, u8(200), [])])
    simulate(
        "inner instructions of an associated account",
        [create_associated(payer, NOBODY.pubkey(), NATIVE_MINT)],
        innerInstructions=True,
    )
    simulate("return data", [token(TOKEN, u8(23) + u64(5), r(NATIVE_MINT))])
    old = Hash(bytes([9] * 32))
    simulate("unknown blockhash", [transfer(payer, target, 13)], blockhash=old)
    simulate("unknown blockhash, replaced", [transfer(payer, target, 13)], blockhash=old, replaceRecentBlockhash=True)
    pauper = keypair("pauper")
    simulate("payer without an account", [transfer(pauper, target, 1)], pauper)
    simulate("too few compute units", [Instruction(COMPUTE_BUDGET, u8(2) + u32(200), []), memo("short")])
    simulate(
        "price",
        [
            Instruction(COMPUTE_BUDGET, u8(2) + u32(1_000), []),
            Instruction(COMPUTE_BUDGET, u8(3) + u64(5_000_000), []),
            transfer(payer, target, 1),
        ],
    )
    spent = rec.sign([transfer(payer, target, 14)], [payer])
    rec.send_wire("landed before", bytes(spent))
    rec.read("already processed", "simulateTransaction", encode(spent), level)
    rec.read(
        "already processed, replaced", "simulateTransaction", encode(spent), {**level, "replaceRecentBlockhash": True}
    )
    unsigned = VersionedTransaction.populate(
        rec.sign([transfer(payer, target, 15)], [payer]).message, [tx.signatures[0]]
    )
    rec.names.add(encode(unsigned), "<wrong signature, base64>")
    rec.read("wrong signature", "simulateTransaction", encode(unsigned), level)
    rec.read("wrong signature, sigVerify", "simulateTransaction", encode(unsigned), {**level, "sigVerify": True})


def precompiles(rec: Recorder) -> None:
    rec.section = "precompile"
    payer = KEYS["precompile payer"]
    words = b"signed words"
    signature = bytes(payer.sign_message(words))
    offsets = struct.pack("<BBHHHHHHH", 1, 0, 48, 0xFFFF, 16, 0xFFFF, 112, len(words), 0xFFFF)
    data = offsets + bytes(payer.pubkey()) + signature + words
    rec.send("ed25519", [Instruction(ED25519, data, [])], payer)
    rec.send("ed25519, wrong", [Instruction(ED25519, data[:-1] + b"!", [])], payer)
    rec.send(
        "ed25519, wrong, skipping preflight", [Instruction(ED25519, data[:-1] + b"?", [])], payer, skipPreflight=True
    )
    rec.send("ed25519 of nothing", [Instruction(ED25519, bytes(2), [])], payer)
    rec.send("secp256k1 of nothing", [Instruction(SECP256K1, bytes(1), [])], payer)
    rec.send("secp256r1 of nothing", [Instruction(SECP256R1, bytes(2), [])], payer)


def programs(rec: Recorder) -> None:
    """A program deployed through the upgradeable loader, called, upgraded, closed."""
    rec.section = "program"
    payer = KEYS["program payer"]
    code = program_code()
    program = keypair("counter program")
    data = Pubkey.find_program_address([bytes(program.pubkey())], LOADER)[0]
    rec.names.add(program.pubkey(), "<program>"), rec.names.add(data, "<program data>")
    size = 37 + len(code)
    rent = rec.ask("getMinimumBalanceForRentExemption", size)

    def write(name: str) -> Keypair:
        buffer = keypair(name)
        rec.names.add(buffer.pubkey(), f"<{name}>")
        make = create_account(payer, buffer, rent, size, LOADER)
        init = Instruction(LOADER, u32(0), [w(buffer), r(payer)])
        rec.send(f"create {name}", [make, init], payer, buffer)
        pending = []
        for number, offset in enumerate(range(0, len(code), 900)):
            part = code[offset : offset + 900]
            put = Instruction(LOADER, u32(1) + u32(offset) + u64(len(part)) + part, [w(buffer), r(payer, True)])
            if number == 0:
                rec.send(f"write to {name}", [put], payer)
                continue
            wire = encode(rec.sign([put], [payer]))
            pending.append(rec.ask("sendTransaction", wire, {"encoding": "base64", "preflightCommitment": "confirmed"}))
        for signature in pending:
            rec.wait(signature)
        return buffer

    buffer = write("buffer")
    small = rec.ask("getMinimumBalanceForRentExemption", 36)
    make = create_account(payer, program, small, 36, LOADER)
    accounts = [w(payer, True), w(data), w(program), w(buffer), r(RENT), r(CLOCK), r(SYSTEM), r(payer, True)]
    rec.send("deploy", [make, Instruction(LOADER, u32(2) + u64(len(code)), accounts)], payer, program)
    rec.settle()
    rec.read("program account", "getAccountInfo", str(program.pubkey()), {"encoding": "jsonParsed"})
    half = {"encoding": "base64", "dataSlice": {"offset": 12, "length": 33}}
    rec.read("program data account, authority", "getAccountInfo", str(data), half)
    counter, _ = Pubkey.find_program_address([b"counter", bytes(payer.pubkey())], program.pubkey())
    rec.names.add(counter, "<counter>")

    def call(name: str, arguments: bytes) -> Instruction:
        metas = [w(payer, True), w(counter)] + ([r(SYSTEM)] if name == "create" else [])
        return Instruction(program.pubkey(), anchor(name) + arguments, metas)

    rec.send("call", [call("create", u64(10))], payer)
    rec.send("call that logs an event and returns a number", [call("increment", u64(3))], payer)
    rec.send("call that fails", [call("increment", u64(30))], payer)
    rec.send("call that fails, skipping preflight", [call("increment", u64(31))], payer, skipPreflight=True)
    rec.read("account of the program", "getAccountInfo", str(counter), {"encoding": "jsonParsed", **CONFIRMED})
    rec.send("instruction that does not exist", [Instruction(program.pubkey(), bytes(8), [])], payer)
    rec.next_slots(2)
    # The recording also has "extend, the old way": see compare.SKIPPED.
    checked = [w(data), w(program), r(payer, True), r(SYSTEM), w(payer, True)]
    rec.send("extend", [Instruction(LOADER, u32(9) + u32(10_240), checked)], payer)
    again = write("second buffer")
    rec.next_slots(2)
    step = [w(data), w(program), w(again), w(payer), r(RENT), r(CLOCK), r(payer, True)]
    rec.send("upgrade", [Instruction(LOADER, u32(3), step)], payer)
    rec.send("set authority", [Instruction(LOADER, u32(4), [w(data), r(payer, True), r(BOB)])], payer)
    rec.send("set authority by a stranger", [Instruction(LOADER, u32(4), [w(data), r(payer, True), r(BOB)])], payer)
    rec.send("call after the upgrade", [call("increment", u64(1))], payer)
    rec.next_slots(2)
    close = [w(data), w(payer), r(BOB, True), w(program)]
    rec.send("close", [Instruction(LOADER, u32(5), close)], payer, BOB)
    rec.next_slots(2)
    rec.send("call after the close", [call("increment", u64(1))], payer)
    rec.settle()
    rec.read("program account, closed", "getAccountInfo", str(program.pubkey()), {"encoding": "jsonParsed"})
    rec.read("program data account, closed", "getAccountInfo", str(data), {"encoding": "jsonParsed"})


def stakes_and_votes(rec: Recorder) -> None:
    rec.section = "stake"
    payer, stake = KEYS["stake payer"], keypair("stake")
    rec.names.add(stake.pubkey(), "<stake>")
    authorized = bytes(payer.pubkey()) * 2
    rent = rec.ask("getMinimumBalanceForRentExemption", 200)
    init = Instruction(STAKE, u32(0) + authorized + struct.pack("<qQ", 0, 0) + bytes(32), [w(stake), r(RENT)])
    rec.send("create and initialize", [create_account(payer, stake, rent + 2 * SOL, 200, STAKE), init], payer, stake)
    rec.read("account, initialized", "getAccountInfo", str(stake.pubkey()), {"encoding": "jsonParsed", **CONFIRMED})
    rec.section = "vote"
    node, vote, voter = keypair("vote node"), keypair("vote"), KEYS["vote payer"]
    rec.names.add(node.pubkey(), "<node>"), rec.names.add(vote.pubkey(), "<new vote account>")
    vote_rent = rec.ask("getMinimumBalanceForRentExemption", 3762)
    vote_init = u32(0) + bytes(node.pubkey()) + bytes(voter.pubkey()) * 2 + u8(7)
    begin = Instruction(VOTE, vote_init, [w(vote), r(RENT), r(CLOCK), r(node, True)])
    rec.send("create and initialize", [create_account(voter, vote, vote_rent, 3762, VOTE), begin], voter, vote, node)
    rec.read("account", "getAccountInfo", str(vote.pubkey()), {"encoding": "jsonParsed", **CONFIRMED})
    hand = Instruction(VOTE, u32(1) + bytes(BOB.pubkey()) + u32(1), [w(vote), r(CLOCK), r(voter, True)])
    rec.send("authorize withdrawer", [hand], voter)
    rec.send("update commission", [Instruction(VOTE, u32(5) + u8(9), [w(vote), r(BOB, True)])], voter, BOB)
    rec.send("withdraw by a stranger", [Instruction(VOTE, u32(3) + u64(1), [w(vote), w(voter), r(voter, True)])], voter)
    rec.section = "stake"
    delegate = Instruction(
        STAKE, u32(2), [w(stake), r(vote), r(CLOCK), r(STAKE_HISTORY), r(STAKE_CONFIG), r(payer, True)]
    )
    rec.send("delegate", [delegate], payer)
    rec.read("account, delegated", "getAccountInfo", str(stake.pubkey()), {"encoding": "jsonParsed", **CONFIRMED})
    split = keypair("split stake")
    rec.names.add(split.pubkey(), "<split stake>")
    room = [
        create_account(payer, split, rent, 200, STAKE),
        Instruction(STAKE, u32(3) + u64(SOL), [w(stake), w(split), r(payer, True)]),
    ]
    rec.send("split", room, payer, split)
    rec.send("deactivate", [Instruction(STAKE, u32(5), [w(stake), r(CLOCK), r(payer, True)])], payer)
    authorize = Instruction(STAKE, u32(1) + bytes(BOB.pubkey()) + u32(1), [w(stake), r(CLOCK), r(payer, True)])
    rec.send("authorize", [authorize], payer)
    back = [w(stake), w(payer), r(CLOCK), r(STAKE_HISTORY), r(BOB, True)]
    rec.send("withdraw too much", [Instruction(STAKE, u32(4) + u64(1 << 40), back)], payer, BOB)
    rec.send("withdraw", [Instruction(STAKE, u32(4) + u64(1_000), back)], payer, BOB)
    rec.send("minimum delegation", [Instruction(STAKE, u32(13), [])], payer)
    rec.section = "config program"
    store = keypair("config account")
    rec.names.add(store.pubkey(), "<config account>")
    lamports = rec.ask("getMinimumBalanceForRentExemption", 100)
    keys = b"\1" + bytes(payer.pubkey()) + b"\1"
    put = Instruction(CONFIG, keys + b"words", [w(store), r(payer, True)])
    rec.send(
        "store",
        [
            create_account(payer, store, lamports, 100, CONFIG),
            Instruction(CONFIG, keys, [w(store, True), r(payer, True)]),
        ],
        payer,
        store,
    )
    rec.send("store again", [put], payer)


def program_code() -> bytes:
    """examples/counter, built by `seahorse build` with the address of this script's program."""
    return zlib.decompress(base64.b85decode("".join(PROGRAM.split())))


PROGRAM = """
c-qw&Yj9N6`R?xBY&JadAWI?|bGH&eL_v%tjampKyi`bmNU&z)?(WU*YS`V}y_;}ZTX`r&#ve=_m9ec8UW!hkOkY7Oz1YzyZJipY(@O21)Ych09i2F%L
KV3^-}%1#+9cXeJDq75=Hz_mJKy_tPaf>JW2N8c6Re+ra6zzkur3q4KLHMF5&U!lI3oLhN|^X(w9LDfyJ*Az10e_3&G+1u_`9`Q_uAs|Y$2nq%W7*fX)
P`HrFSTaO({jnsoA6|Z<CbmIVG+s2}w((^OB6{l9rWXiX```ik#4;v~!i{tsl%NiRJocHJeFxA|)W2Ob;j-n+T(q1w1LHOR|(m_x38P!r&HbEhT4c{zS
MvosX;OZRw1xWmP8iN(M}<%d*=pxHKr|rCvCZvKdB3u~<$-<j!<{o2<oCbXGzskxodNtR`_3X)q;gocK7Ym<(FGl2=r;!%8{b2R37ZIlu`dVYfOm*+Md
PyQ1gWMpF3BHqreIOjcvG;C?!j*VIB>OJ_4{oL^VUeSI-Ge!pcAYcKT{G8}=qPF1)j`9dz2RhjJVO1zH&6Xc&Y3Cj}TsRSL`&R}*(WR<+j7^sa_ko#On
E}6y|#T`~my*{*Tsew>imzs{LHl~vqMI9eVmXq@Ad`)J6(Q=fcU!*nd+;M>B@}C#GW4jVBXmYGiv2M9S6>cgv!ip>iD5o>pMny^F+oU`!Of3t{xecVVe
KKRym9ee9QO^&^stX|HIb@Tnr!&b-SxCc9Sy$AyJPASiZ^;&<xSU~PEX=2D>p7{%jhBO)w$w}l*|s<V9l`G`Xl>HAf;O4Z>#`fNS)R81BBMLV+2-VYUP
^0usgGre)~2Sl)HX#+$JY-iYHwe5(6*g@B4z1_)dYntD}Wvl<`lrVF#w|mDvO7VhCE}1bYEhjs>BzP2sh+(C>biVnWk*Jmvo~;;eYV6+jzZg==J%}eB<
QqbHWq)t96kV|F-A0SISOx-2TSTk9;sp%D1zS9$@7mkznfN|Al+zDe<G1K6~JbuMi*R>O!7MBRZ~Cx<TqtRaTSkWF+OJ;s91;6KrP%F@V}K@l;mDQ!S-
3o3Tidq-;E1P+3-QNGDTT>m5q3*2;LjG6gtB1cR-e!hOOEY<*66Rd|uD?+X>apRskRZ?o?VTetfj^(hSdCEuGqu}Tm=_0{@&*}l`?=l=yeKjQz9|14YI
@c-HWGFwf5UEmL_C$$7t1*#cdZ(uMGWcMBkJRcZg@DBo)1GzduxKfOY_0W&RjbcCB=foY*28E|Z`1eC`SbSA{O)Pu%_jOk+xaVupM}Kw4ZEHVxu=}m|%
fEBzv-ZFI>5uyX+cL<y!nT;Awn~Cv%tU+YNn8zzlB6GduW<zTA=q3rP2)z~S4Ih5hP|?3Mg`tqjPU+Au3dp^1e2}B81adB+Vqn11YvW4lQk>9O!WLnuc
zjM$?;``AM<VCa3e+h>j}Rc@%3G}ulHjt!S4`HJ<)Z@cUQT6&SMOISe*4l*V1{FeGah)zeD`>L|4*zy?qWb3BN;J_C%MX-iJsYAKFPzl-u?J%ElTz|7D
oPE?a{%VI%`&=c9CA#QT-aWUm#t78iT%9TeU&-TqR-Q-tKnTcVM0MA%!oac@_6f$-F(TTj+A;x~<6dLM9L-_v|8#~)^~<p;a^CB7QuA7c-$4>O@ZVY)m
n%;Eb;xJF1Z`d#6u5WFfh2z2YOJ~t1}VBgbxwM{p`=|)hm3Frdm;{py^K<C(Nw{k3yyQeu)BHvV$&vk#UAMV%K_ovjP!tguD*V8<$<i0qmez$V{!f4-F
7ccPhJlT8g*aZu(ml4p9;$A<5ctK%=+kcqRC?mXnE*Jg)JjC%XalFQBD2@ZmFkWX`d4f}DB(N0yU59a@UrYY4#<(12v`1KM3^RQzwu)uI@2iks!p;1AN
5zPFGhfe{i-NG8HGO=4%9QvzWQO>9&}?FK4B3g-a<2bzj3-yVpJ#blY(0(e?cRKI$NNEs2l7Ga8V@=4y^B{(9K_vpM**MRn>r*4#%>3H8IOxb(&vB~n1
D}l);^Ty7{QsY`xxBlC;yV4!A{UChM7=c51^mo_NwIPu~4@FJtY>pM}WT4f9O1?o3A^7ev$p?7vFUBgG_#jRZ$(odY~sHjF%_(;kpV9Ra}z8buJdHV%=
80y5j@$IAHI?lIRc8R|)JZC6UWLhsV`L)O$ARSwr#BMr#ww*AtmWaFVyFir^IlC;6M|2_7Oi>C+?;TtquW17rup8z%WJJ*;|d^#x;v<IggV_X(F9>bx*
!nyVmRUHE`k!S(wH^`kyu%yZFU=SIk}+od4pLlDl{|1(<(l0o$!_P^dY_D#V1nDENnc(NDI$a(cKR?@nJ>cD)odvVqn<~u7F<^=hWf0F!g2=Vm8<gYyr
zrEl4u-fWpx=Q}4347y9C4beF5uE&`lD}#K1Sfx~=&y#F3fn%M?`|g#Y<)v>o;T=xn7(_vd?M9%L=1s`>?bI^V@~96V~bTE-@WYd*IZhuFB^xQ_!y&nK
UwC;19@3Ras_|#@{HnrV@S_cmv(YHqCFSVykXh3KH#1@$CfrM7KQO}VOh`O2e8ljP~YJouEnP=a(-Q5%D3Qnxxo;{`JE=#qZSkDulsx}KVQbr@2g0e@T
_4B5S_SF?|6M}-HCD3y4AGc65kJ%?6JP-i!dIFtPUdm?VLW~RdKw7p7?V3oF+cG61wM0_Ggh#Gx1q_&OS%_*x!uj1UoKvGJW+utEpdMf;6OXzA}zG`H*
9HXKuu}<#KcTb(>RpKB2uDDgTSJM81zzuu+)ft>&w{?zcdF|F#p)aIPOk{~32V@%`|3uRClgg5b7S@$S*fl$V!F`IWom0=_&h_M?2pGtRul`BPk$%3*w
q;_^7j^N?2_;N#=+V!qgQc{%0v3d-YlE3ZWI-&MHIuci7kmEy45ob8r(2gy5`d?b&44DApUaK6%ykUd(bnx%H(=R+hf)eAj9a*HIlP*3r>0PnAz?Uj30
tu1e}%kTfLe=R$f)*+}T)44uQzno^x5k9ByICIw)oV)61?#f$pS2yZ2lk}s$W7!k>M=D5lYe*D<{@r|zSZB{EICt%%xoaoIdyeL=tu%LakDI#=a64^B|
Mi#7V=1%ryP_NH<eH=0bC=U!NRPu<A9|u;Zyz~4MDQ|iA31!S;8uT;2!4vg8=@i4_s2Lnta&cx>e~$dxNu#`Jhg!4sGY<I=cW@;#A~EFe|<gjH)vl;{r
yA~9aNl&_hW3{ePQoUzaFc2&D{UqV_U4gs^>{xjr1!>)|`*=xgYyV@$Ppien%;O&r{xwP`sWsTT1+Jj?bYq7e7mIW}efoITZZjBfm8NxGt~DJBj~kkH3
d$egeF||89;e&i!^=SB*^L_Izi;`SFtJogY83_m#{aL7E$3Up*3J`;VP{)pWN15c8epN<D)1?dhn-{cN&lWD&t>9-dA1jkFMa3c<<Vk!1v@`?Kc}9KZi
hbOZ@baTe(&eE)=VCg|_u`_CqxgQLh#mrx#k&LWy;iSH`J>nTv&ucG;DK%_m*T{%DPQICfHskonueQ$jM>8z(dv!3RL^;lMgNU+MD59U#R_$HZ;4_}7-
Ao@|XOOwyfzZ*kT2ZQweq_>luzSM2|A0%&B?$kfX+{zim$2DI+?Xsg&4_mMv(!AEc$LHzmc0HW?#q|*4zDu~C>fw2+ha*%E&rv-*P4)0N)x)7l>LJc0)
?8iOe`;JE94e`Uqn}#`M<=O+?@m$&$0n(R7r(F$j!ses74GM7NgX7=Q(ZVwhy02I`%2>9sRK1tRh(YpKd1wC|5M4|{x*-lKhMua?&ns#-*4%0%YW7H<N
M(MzyF)K|7%P9Ka=|4YU)?3J$Y-ruUdWN#Em|C&%dV$-sQ*lj2&gG>78LU?K^2*Mr#YLi)fuUVV!m2C+K;HaKBSvJUMlzdZe1`S<UHu?5WT2o(Y)sLFa
F(K&jY4b%pSfBGs=p=lc-8w{D~Fx?-C*E<&V#Q22D>?^JqUOHy6j%+`w!GB~|+4>C7G25zSJ%3-S45yrsp>MPcF+#o}`0`w5QdRTKi=n3D=Cz^epzBJ5
`MHVZSG*`;I9KZf12=CfHp3ks<lk#mUzBgRPcW*kk-c8)^%#0s@pX72ka=E)g*JHo&Iegv@I`;v8t1Hh38Qv^<*JfeLZ3!=t_qyWmD9BIxqzRtB1_QBi
hTw@y3(w*Y{5F)x^E}DpqjQ*~t@oY5GMwu-v(;>L>VZ3-0Kby(gOpcp`Ui=AE#WUGy3>g6<w}fOt{2%MUHdlIJw4;E_}#FgM6cyuy{vq2^L>x_hKcV@F
1_6I-WkH1PIxx}-(48z!(|iOv$!9>htiMGd+K9?$Np}6&n}VcxAg8(Mdwh_jB@+E3cp*aFC;^FZpEDix8B#Rzc&D#29U4Zdk*}*Px@689;i_HgvF2an1
TJT@iDLbZa+^c(c=fAH*P``<U?Z>(eXRq;r!jN^qtRox2kjSj=b_ff2H+zuo8Uh-O8$0O=5ui*;qvU1*;wf?0x|IB~0cD4*!RV^HrGF38R+$OMmAvns9
wGi1@463Z(O!oc;p$miR4tSZ6Ky{t0Up&)E
"""
