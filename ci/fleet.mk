# SPDX-License-Identifier: MIT
#
# fleet.mk - many targets: their memory, and the engines that run parts

bench-fleet: all     ## memory of 2,000 targets; FLEET= FLEET_JOBS= MIB=
	@FLEET='$(FLEET)' FLEET_JOBS='$(FLEET_JOBS)' MIB='$(MIB)' ONLY='$(ONLY)' \
	    sh ci/bench-fleet.sh $(abspath $(B)/smtpspec)

check-slurm: all     ## ci/fleet/slurm.sbatch on a Slurm of this machine
	@sh ci/fleet/check-slurm.sh $(B)/smtpspec
