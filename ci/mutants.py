# SPDX-License-Identifier: MIT
"""Mutants of a C file: small changes, each of which a test ought to notice.

find() reads the file by libclang, so that a change is one of the syntax and no
accident of the text. There are five kinds:

    operator    another operator: < for <=, + for -, = for |=, no !
    operand     one side of && or || left out
    condition   that of an if, a while or a ?: always or never
    delete      an expression statement, break, continue or early return gone
    constant    an integer or a character one greater

What comes out of a macro is left alone: tables (*.def) are tested row by row.
"""
import re

import clang.cindex as clang

Kind = clang.CursorKind

OPERATORS = {
    '+': '-', '-': '+', '*': '/', '/': '*', '%': '*', '<<': '>>', '>>': '<<',
    '&': '|', '|': '&', '^': '&', '<': '<=', '<=': '<', '>': '>=', '>=': '>',
    '==': '!=', '!=': '==', '&&': '||', '||': '&&', '+=': '-=', '-=': '+=',
    '*=': '=', '/=': '=', '|=': '=', '&=': '=', '^=': '=', '<<=': '>>=',
    '>>=': '<<=',
}
COMMENT = re.compile(r'/\*.*?\*/', re.S)
INTEGER = re.compile(r'(0[xX][0-9a-fA-F]+|[0-9]+)[uUlL]*')


class Mutant:
    """One change of src[start:end] to `new`, in the function `function`."""

    def __init__(self, kind, src, start, end, new, function):
        self.kind, self.start, self.end, self.new = kind, start, end, new
        self.function = function
        self.line = src.count('\n', 0, start) + 1
        begin = src.rfind('\n', 0, start) + 1
        close = src.find('\n', start)
        self.text = ' '.join(src[begin:close].split())
        short = ' '.join(src[start:end].split())
        self.change = '%s -> %s' % (short, new.strip() or 'nothing')
        # Where the same is done twice in a line, they differ by this.
        self.column = start - begin

    def apply(self, src):
        # As many lines as before, so that nothing else changes place.
        lost = src.count('\n', self.start, self.end) - self.new.count('\n')
        return src[:self.start] + self.new + '\n' * lost + src[self.end:]


class Finder:
    def __init__(self, path, src):
        self.path, self.src, self.found = path, src, []
        self.function, self.depth = '-', 0

    def span(self, cursor):
        """Where it stands in the file, or None: it comes out of a macro."""
        start, end = cursor.extent.start, cursor.extent.end
        if not start.file or start.file.name != self.path:
            return None
        return (start.offset, end.offset) if end.offset > start.offset else None

    def add(self, kind, start, end, new):
        self.found.append(Mutant(kind, self.src, start, end, new,
                                 self.function))

    def binary(self, cursor, span):
        sides = [self.span(side) for side in cursor.get_children()]
        if len(sides) != 2 or None in sides:
            return
        gap = self.src[sides[0][1]:sides[1][0]]
        bare = COMMENT.sub(lambda match: ' ' * len(match.group()), gap)
        token = bare.strip()
        if token not in OPERATORS:
            return
        at = sides[0][1] + bare.index(token)
        self.add('operator', at, at + len(token), OPERATORS[token])
        if token in ('&&', '||'):
            neutral = '1' if token == '&&' else '0'
            for side in sides:
                self.add('operand', side[0], side[1], neutral)

    def unary(self, cursor, span):
        text = self.src[span[0]:span[1]]
        for two, other in (('++', '--'), ('--', '++')):
            if text.startswith(two):
                self.add('operator', span[0], span[0] + 2, other)
                return
            if text.endswith(two):
                self.add('operator', span[1] - 2, span[1], other)
                return
        if text[0] in '!~-':
            self.add('operator', span[0], span[0] + 1, '')

    def condition(self, cursor, both):
        span = self.span(cursor)
        if span:
            self.add('condition', span[0], span[1], '0')
            if both:
                self.add('condition', span[0], span[1], '1')

    def deletable(self, cursor, last):
        if cursor.kind == Kind.BINARY_OPERATOR:
            sides = [self.span(side) for side in cursor.get_children()]
            return (len(sides) == 2 and None not in sides and
                    self.src[sides[0][1]:sides[1][0]].strip() == '=')
        if cursor.kind == Kind.UNARY_OPERATOR:
            text = self.src[slice(*self.span(cursor))]
            return '++' in text or '--' in text
        if cursor.kind == Kind.RETURN_STMT:
            return not last
        return cursor.kind in (Kind.CALL_EXPR, Kind.BREAK_STMT,
                               Kind.COMPOUND_ASSIGNMENT_OPERATOR,
                               Kind.CONTINUE_STMT)

    def statement(self, cursor, last):
        span = self.span(cursor)
        if span and self.deletable(cursor, last):
            self.add('delete', span[0], span[1], '')

    def constant(self, cursor, span):
        text = self.src[span[0]:span[1]]
        if cursor.kind == Kind.CHARACTER_LITERAL:
            if text.startswith("'"):
                self.add('constant', span[0], span[1], '(%s + 1)' % text)
        elif INTEGER.fullmatch(text):
            self.add('constant', span[0], span[1],
                     '1' if text == '0' else '(%s + 1)' % text)

    def statements(self, cursor, children):
        """What stands where a statement may stand, and so can go."""
        if cursor.kind == Kind.COMPOUND_STMT:
            body = children
        elif cursor.kind == Kind.IF_STMT:
            body = children[1:]
        elif cursor.kind in (Kind.WHILE_STMT, Kind.FOR_STMT, Kind.CASE_STMT,
                             Kind.DEFAULT_STMT):
            body = children[-1:]
        elif cursor.kind == Kind.DO_STMT:
            body = children[:1]
        else:
            body = []
        # A function's last return is its value, and not early.
        whole = self.depth == 2
        for child in body:
            self.statement(child, whole and child == body[-1])

    def visit(self, cursor):
        span = self.span(cursor)
        children = list(cursor.get_children())
        if cursor.kind == Kind.FUNCTION_DECL:
            self.function = cursor.spelling
        if span:
            if cursor.kind in (Kind.BINARY_OPERATOR,
                               Kind.COMPOUND_ASSIGNMENT_OPERATOR):
                self.binary(cursor, span)
            elif cursor.kind == Kind.UNARY_OPERATOR:
                self.unary(cursor, span)
            elif cursor.kind in (Kind.INTEGER_LITERAL, Kind.CHARACTER_LITERAL):
                self.constant(cursor, span)
            elif cursor.kind in (Kind.IF_STMT, Kind.CONDITIONAL_OPERATOR):
                self.condition(children[0], True)
            elif cursor.kind == Kind.WHILE_STMT:
                self.condition(children[0], False)
        self.depth += 1
        self.statements(cursor, children)
        for child in children:
            self.visit(child)
        self.depth -= 1


def find(path, unit, arguments):
    """The mutants of `path`, as the translation unit `unit` sees it."""
    with open(path, encoding='latin-1') as file:
        src = file.read()
    finder = Finder(path, src)
    tree = clang.Index.create().parse(unit, args=arguments)
    for fault in tree.diagnostics:
        if fault.severity >= clang.Diagnostic.Error:
            raise RuntimeError('%s: %s' % (unit, fault.spelling))
    for cursor in tree.cursor.get_children():
        if cursor.location.file and cursor.location.file.name == path:
            finder.function = '-'
            finder.visit(cursor)
    unique = {}
    for mutant in finder.found:
        unique.setdefault(mutant.apply(src), mutant)
    return src, sorted(unique.values(), key=lambda m: (m.start, m.end, m.new))
