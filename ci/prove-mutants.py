#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""prove-mutants.py [FILE...] - do the tests notice when the code is changed?

Makes the mutants (mutants.py) of each FILE, a source or a header below src/,
and runs what reaches the changed function: unit tests (the vectors among them)
and the complete enumerations of harness/prove. A mutant is

    killed      a test failed, crashed or ran out of time
    equal       the compiler made the same object of it: it is no change
    invalid     it does not compile
    survived    nothing noticed

SAMPLE=N takes N mutants only, the same ones each time. What came of each is
kept in build/mutants/results: what was killed is not run again, a survivor is
once the tests have changed, unless its row says `same`. A survivor must stand
in harness/prove/survivors.tsv with the reason why it may: `same` (no caller can
see a difference: it is none of the mutants then) or `open` (one could). A row
that nothing met is a fault where its file was done as a whole.

What tcc makes of a mutant is tried first, where it is there and the tests hold
with what it makes of the original: it is ten times faster. What that does not
kill is made by cc, and compared and tried again.

JOBS (2) at a time. The last line is "N mutants, ...". Exit status: 0; 1 for a
survivor without a row, a stale row, or less than 98 % killed; 77 where there is
no python3-clang; 2 for whatever keeps it from running.
"""
import concurrent.futures
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time

try:
    import mutants
except ImportError:
    print('there is no python3-clang')
    sys.exit(77)

WORK = os.path.abspath(os.environ.get('MUTANTS', 'build/mutants'))
SURVIVORS = os.environ.get('SURVIVORS', 'harness/prove/survivors.tsv')
DIALECT = ['-std=c17', '-Iinclude', '-Isrc', '-DSMTPSPEC_SIMD=0']
LEAST = 98
# A mutant is shown to tests that take this long in all, in seconds.
PATIENCE = float(os.environ.get('PATIENCE') or 1.5)
# What tcc made is shown to tests that take no longer than this.
QUICK = 0.1
# Processor time, core file, KiB of a file and of memory.
LIMITS = ('ulimit -t "$0"; ulimit -c 0; ulimit -f 131072; ulimit -v 2097152; '
          'exec "$1"')


def run(command, **more):
    return subprocess.run(command, stdin=subprocess.DEVNULL,
                          capture_output=True, check=False, **more)


def must(command, **more):
    done = run(command, **more)
    if done.returncode != 0:
        sys.stderr.write(done.stderr.decode('latin-1')[-2000:])
        print('prove-mutants: failed: %s' % ' '.join(command)[:200])
        sys.exit(2)
    return done.stdout


class Oracle:
    """A test program, linked to one shared library for each source file."""

    def __init__(self, name):
        self.name, self.path = name, '%s/tests/%s' % (WORK, name)
        self.seconds = None

    def fails(self, folders, seconds, **more):
        """Run it with the libraries of the first folder that has them."""
        limit = int(seconds) + 1
        environment = dict(os.environ, LD_LIBRARY_PATH=':'.join(folders),
                           XDG_CONFIG_HOME='/nonexistent',
                           SMTPSPEC=os.path.abspath('build/release/smtpspec'),
                           TMPDIR=folders[0], **more)
        process = subprocess.Popen(
            ['sh', '-c', LIMITS, str(limit), self.path], env=environment,
            start_new_session=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            told = process.communicate(timeout=5 * limit)[0]
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.communicate()
            return True
        # The enumerations say in TAP what failed, as tests/run reads it.
        return process.returncode != 0 or b'\nnot ok ' in b'\n' + told


def shared(unit):
    """src/wire/status.c to the name of its library."""
    return 'lib%s.so' % re.sub(r'[^a-z0-9_]', '_',
                               os.path.splitext(unit)[0].split('/', 1)[1])


class Bench:
    """What `make mutants-built` left behind, and which test reaches what."""

    def __init__(self):
        self.units = read_words('%s/units' % WORK)
        self.oracles = [Oracle(name) for name in read_words(
            '%s/oracles' % WORK)]
        self.reached = {}        # (file, function) to the oracles' names
        self.users = {}          # header to the units that have code of it
        self.broken = []         # tests that fail by themselves
        self.compiler = os.environ.get('CC', 'cc').split()
        self.reach()

    def reach(self):
        """One run of each oracle over code that counts (gcov)."""
        kept = '%s/reach.json' % WORK
        key = None     # any
        if os.environ.get('REACH') != 'kept':
            key = digest(*self.units)
        known = {'key': key, 'seconds': {}, 'reached': [], 'users': [],
                 'programs': {}}
        if os.path.exists(kept):
            with open(kept, encoding='ascii') as file:
                before = json.load(file)
            known = before if key in (before['key'], None) else known
        for oracle in self.oracles:
            program = digest(oracle.path)
            if known['programs'].get(oracle.name) == program:
                continue
            known['reached'] = [row for row in known['reached']
                                if row[2] != oracle.name]
            counted = '%s/counted/%s' % (WORK, oracle.name)
            shutil.rmtree(counted, ignore_errors=True)
            begun = time.time()
            broken = oracle.fails([WORK + '/lib'], 60)
            seconds = time.time() - begun
            if broken:
                self.broken.append(oracle.name)
                continue
            known['seconds'][oracle.name] = seconds
            known['programs'][oracle.name] = program
            oracle.fails([WORK + '/cov'], 300, GCOV_PREFIX=counted)
            self.count(oracle, counted, known)
        with open(kept, 'w', encoding='ascii') as file:
            json.dump(known, file)
        self.take(known)

    def count(self, oracle, counted, known):
        folder = counted + WORK + '/cov'
        if not os.path.isdir(folder):
            return
        unit_of = {shared(unit)[:-3]: unit for unit in self.units}
        for name in os.listdir(folder):
            unit = unit_of.get(os.path.splitext(name)[0])
            if not unit or not name.endswith('.gcda'):
                continue
            note = name[:-5] + '.gcno'
            os.symlink('%s/cov/%s' % (WORK, note), '%s/%s' % (folder, note))
            text = must(['gcov', '-t', '-j', name], cwd=folder)
            report = json.loads(text)
            for file in report['files']:
                path = os.path.relpath(os.path.join(
                    report['current_working_directory'], file['file']))
                if path.endswith('.h'):
                    known['users'].append([path, unit])
                for function in file['functions']:
                    if function['execution_count']:
                        known['reached'].append(
                            [path, function['name'], oracle.name])
        shutil.rmtree(counted, ignore_errors=True)

    def take(self, known):
        self.oracles = [oracle for oracle in self.oracles
                        if oracle.name in known['seconds']]
        for oracle in self.oracles:
            oracle.seconds = known['seconds'][oracle.name]
        for path, function, name in known['reached']:
            self.reached.setdefault((path, function), set()).add(name)
        for path, unit in known['users']:
            self.users.setdefault(path, set()).add(unit)

    def those_for(self, path, function):
        """The oracles that run the function, or some of the file where it is
        none, or one that is always inline and not counted."""
        names = self.reached.get((path, function))
        if names is None:
            names = set()
            for (file, _), some in self.reached.items():
                names |= some if file == path else set()
        return [oracle for oracle in self.oracles if oracle.name in names]

    def compile(self, unit, source, out, *flags):
        """As make did for the libraries; None where it does not compile."""
        command = self.compiler + list(flags) + [
            '-I%s/include' % WORK] + DIALECT + [
                '-iquote', os.path.dirname(unit), '-w', '-fPIC', '-c',
                '-fno-semantic-interposition', '-o', out, source]
        done = run(command)
        if done.returncode != 0:
            return None
        must(['strip', '--strip-unneeded', out])
        with open(out, 'rb') as file:
            return file.read()


def read_words(path):
    try:
        with open(path, encoding='ascii') as file:
            return file.read().split()
    except OSError:
        print('prove-mutants: no %s: run make prove-mutants' % path)
        sys.exit(2)


def digest(*paths):
    sha = hashlib.sha256()
    for path in paths:
        with open(path, 'rb') as file:
            sha.update(file.read())
    return sha.hexdigest()[:16]


def tests_now():
    """Changes whenever a test does, or the way they are run."""
    paths = [__file__]
    for top in ('tests/unit', 'tests/support', 'harness/prove',
                'tests/conformance'):
        for folder, _, names in os.walk(top):
            paths += [os.path.join(folder, name) for name in names
                      if not name.endswith('.tsv')]
    return digest(*sorted(paths))


class File:
    """A file whose mutants are tried."""

    def __init__(self, bench, path):
        self.bench, self.path = bench, path
        if path.endswith('.c'):
            self.units = [path]
        else:
            self.units = sorted(bench.users.get(path, ()))
        if not self.units:
            print('prove-mutants: no test reaches %s' % path)
            sys.exit(2)
        self.src, found = mutants.find(path, self.units[0], DIALECT)
        for mutant in found:
            mutant.key = hashlib.sha256(
                mutant.apply(self.src).encode('latin-1')).hexdigest()[:16]
        self.mutants = found
        self.kills = {}
        self.originals = {}
        self.lock = threading.Lock()
        self.quick = self.try_quick()

    def try_quick(self):
        """The oracles that hold with what tcc makes of the units."""
        folder = '%s/quick/%s' % (WORK, shared(self.path))
        os.makedirs(folder, exist_ok=True)
        if not self.build_quick(folder, self.path, folder):
            return []
        reached = self.bench.those_for(self.path, '-')
        return [oracle for oracle in self.order(reached)
                if oracle.seconds < QUICK and
                not oracle.fails([folder, WORK + '/lib'], 1)]

    def build_quick(self, folder, changed, first):
        """Compile and link by tcc, which takes a tenth of the time."""
        if not shutil.which('tcc'):
            return False
        for unit in self.units:
            source = changed if unit == self.path else unit
            done = run(['tcc', '-shared', '-w', '-I' + first,
                        '-I%s/include' % WORK] + DIALECT +
                       ['-I' + os.path.dirname(unit), '-o',
                        folder + '/' + shared(unit), source])
            if done.returncode != 0:
                return False
        return True

    def is_named(self, oracle):
        stem = os.path.splitext(os.path.basename(self.path))[0]
        return stem.startswith(oracle.name.split('_', 1)[1])

    def order(self, oracles):
        """First who kills most of this file for its time; PATIENCE of them,
        and those that are named after it."""
        def worth(oracle):
            kills = self.kills.get(oracle.name, 0)
            kills += 50 if self.is_named(oracle) else 0
            return -(kills + 1) / (oracle.seconds + 0.02)
        chosen, seconds = [], 0.0
        for oracle in sorted(oracles, key=worth):
            seconds += oracle.seconds
            if seconds < PATIENCE or self.is_named(oracle):
                chosen.append(oracle)
        return chosen

    def original(self, unit, flags):
        with self.lock:
            if (unit, flags) not in self.originals:
                self.originals[unit, flags] = self.bench.compile(
                    unit, unit, '%s/%s.o' % (WORK, flags), flags)
            return self.originals[unit, flags]

    def attempt(self, mutant):
        """What comes of a mutant: the word for it, and who did it."""
        folder = '%s/try/%s' % (WORK, mutant.key)
        shutil.rmtree(folder, ignore_errors=True)
        changed = '%s/%s' % (folder, self.path.split('/', 1)[1])
        os.makedirs(os.path.dirname(changed))
        try:
            with open(changed, 'w', encoding='latin-1') as file:
                file.write(mutant.apply(self.src))
            return self.judge(mutant, folder, changed)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def build(self, folder, changed, level):
        """Compile all units with the change: those that became another."""
        different = []
        for unit in self.units:
            source = changed if unit == self.path else unit
            out = '%s/%s.o' % (folder, shared(unit)[:-3])
            made = self.bench.compile(unit, source, out, level, '-I' + folder)
            if made is None:
                return None
            if made != self.original(unit, level):
                different.append((unit, out))
        return different

    def killer(self, oracles, folder):
        for oracle in oracles:
            if oracle.fails([folder, WORK + '/lib'], 5 * oracle.seconds):
                with self.lock:
                    self.kills[oracle.name] = self.kills.get(
                        oracle.name, 0) + 1
                return oracle.name
        return None

    def judge(self, mutant, folder, changed):
        oracles = self.order(self.bench.those_for(self.path, mutant.function))
        quick = [oracle for oracle in oracles if oracle in self.quick]
        if quick and self.build_quick(folder, changed, folder):
            killer = self.killer(quick, folder)
            if killer:
                return 'killed', killer
        different = self.build(folder, changed, '-O1')
        if different is None:
            return 'invalid', ''
        if not different:
            return 'equal', ''
        for unit, out in different:
            must(self.bench.compiler + ['-shared', '-fuse-ld=' + LINKER, out,
                                        '-o', folder + '/' + shared(unit)])
        killer = self.killer(oracles, folder)
        if killer:
            return 'killed', killer
        if not self.build(folder, changed, '-O2'):
            return 'equal', ''
        return 'survived', ''


class Results:
    """Kept line by line, so that a run can be broken off."""

    def __init__(self, tests):
        self.tests, self.known = tests, {}
        self.path = WORK + '/results'
        self.lock = threading.Lock()
        if os.path.exists(self.path):
            with open(self.path, encoding='ascii') as file:
                for line in file:
                    words = line.rstrip('\n').split('\t')
                    if len(words) == 5:
                        self.known[words[0], words[1]] = words[2:]

    def get(self, path, key, listed):
        """What came of it, if that is still so: one that a test might kill by
        now, and for which no row says that none can, is to be tried again."""
        word, who, tests = self.known.get((path, key), ('', '', ''))
        if word == 'survived' and tests != self.tests and not listed:
            return None
        return (word, who) if word else None

    def put(self, path, key, word, who):
        with self.lock, open(self.path, 'a', encoding='ascii') as file:
            self.known[path, key] = (word, who, self.tests)
            file.write('\t'.join((path, key, word, who, self.tests)) + '\n')


def row_of(path, mutant):
    return (path, mutant.function, '%s: %s' % (mutant.kind, mutant.change),
            str(mutant.nth), mutant.text)


def number_alike(path, found):
    """Those that would have the same row differ by a number."""
    seen = {}
    for mutant in found:
        mutant.nth = 0
        row = row_of(path, mutant)
        seen[row] = mutant.nth = seen.get(row, 0) + 1


def read_survivors():
    rows = {}
    if not os.path.exists(SURVIVORS):
        return rows
    with open(SURVIVORS, encoding='ascii') as file:
        for line in file:
            words = line.rstrip('\n').split('\t')
            if line.startswith('#'):
                continue
            if len(words) != 7 or words[5] not in ('same', 'open'):
                print('prove-mutants: %s: not a row: %s' % (
                    SURVIVORS, line.strip()))
                sys.exit(2)
            rows[tuple(words[:5])] = words[5]
    return rows


def choose(files, sample):
    """Which mutants: all, or the first N by their digests."""
    pairs = [(file, mutant) for file in files for mutant in file.mutants]
    if sample:
        pairs.sort(key=lambda pair: pair[1].key)
        chosen = set(pair[1].key for pair in pairs[:sample])
        pairs = [(file, mutant) for file in files for mutant in file.mutants
                 if mutant.key in chosen]
    return pairs


def try_all(pairs, results, rows, jobs):
    def one(pair):
        file, mutant = pair
        known = results.get(file.path, mutant.key,
                            rows.get(row_of(file.path, mutant)) == 'same')
        if known is None:
            known = file.attempt(mutant)
            results.put(file.path, mutant.key, *known)
        return file, mutant, known

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(one, pairs))


def tell(path, done, rows, met):
    """A line for a file, one for each survivor that has no row."""
    count = dict.fromkeys(('killed', 'equal', 'invalid', 'same', 'open',
                           'new'), 0)
    for mutant, (word, _) in done:
        if word == 'survived':
            row = row_of(path, mutant)
            word = rows.get(row, 'new')
            met.add(row)
            if word == 'new':
                print('FAIL  %s:%d: survived:\n      %s' % (
                    path, mutant.line, '\t'.join(row)))
        count[word] += 1
    print('%s  %s: %d killed, %d equal, %d survived%s' % (
        'FAIL' if count['new'] else 'ok  ', path, count['killed'],
        count['equal'] + count['same'], count['open'] + count['new'],
        ', %d without a row' % count['new'] if count['new'] else ''))
    sys.stdout.flush()
    return count


def main():
    begun = time.time()
    os.environ['CCACHE_DISABLE'] = '1'
    sample = int(os.environ.get('SAMPLE') or 0)
    bench = Bench()
    files = [File(bench, path) for path in sys.argv[1:]]
    results, rows, met = Results(tests_now()), read_survivors(), set()
    pairs, total = choose(files, sample), {}
    for file in files:
        number_alike(file.path, file.mutants)
        some = [pair for pair in pairs if pair[0] is file]
        done = [(mutant, known) for _, mutant, known in try_all(
            some, results, rows, int(os.environ.get('JOBS') or 2))]
        for word, n in tell(file.path, done, rows, met).items():
            total[word] = total.get(word, 0) + n
    whole = set(file.path for file in files) if not sample else set()
    stale = [row for row in rows if row[0] in whole and row not in met]
    for row in stale:
        print('FAIL  a row that nothing met: %s' % '\t'.join(row))
    for name in bench.broken:
        print('FAIL  %s fails with nothing changed' % name)
    left = total['open'] + total['new']
    real = total['killed'] + left
    rate = 100.0 * total['killed'] / real if real else 100.0
    print('%d mutants: %d killed of the %d that are a change (%.1f %%), '
          '%d survived, %d on no list; %d equal, %d said to be; %d s' % (
              len(pairs), total['killed'], real, rate, left, total['new'],
              total['equal'], total['same'], time.time() - begun))
    bad = total['new'] or stale or bench.broken or not real
    bad = bad or (not sample and rate < LEAST)
    return 1 if bad else 0


LINKER = 'lld' if shutil.which('ld.lld') else 'bfd'

if __name__ == '__main__':
    sys.exit(main())
