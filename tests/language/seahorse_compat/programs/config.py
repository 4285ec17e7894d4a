from seahorse.prelude import *
FEE = 25
ADMIN = Pubkey('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')
NAMES = 'abc'
