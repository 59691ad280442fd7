package io.github.dirtyrange.elf;

import io.github.dirtyrange.elf.Value.Combined;
import io.github.dirtyrange.elf.Value.Constant;
import io.github.dirtyrange.elf.Value.InMemory;
import io.github.dirtyrange.elf.Value.Relation;
import io.github.dirtyrange.elf.Value.SystemCall;
import io.github.dirtyrange.elf.Value.Test;
import io.github.dirtyrange.elf.Value.Variable;
import io.github.dirtyrange.elf.X64Assembler.Condition;
import io.github.dirtyrange.elf.X64Assembler.Register;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A small program without a run-time system, written down statement by statement: variables at
 * fixed places, tests, loops, and functions without parameters that do not call themselves.
 *
 * <p>Statements are put down by calling methods, blocks by what they are given to run:
 *
 * <pre>
 *   Variable count = program.variable();
 *   program.function("main", () -&gt; {
 *     program.loopWhile(count.isLessThan(3), () -&gt; program.set(count, count.plus(1)));
 *     program.exit(count);
 *   });
 * </pre>
 *
 * <p>It starts with its first function. A value is computed into RAX, what waits meanwhile lies on
 * the stack; RBX keeps the address of the variables.
 */
public final class SmallProgram {

  private static final long DATA = 0x600000;
  private static final int EXIT_GROUP = 231;
  private static final List<Register> ARGUMENTS =
      List.of(Register.RDI, Register.RSI, Register.RDX, Register.R10, Register.R8, Register.R9);

  private final X64Assembler code = new X64Assembler(ElfWriter.ENTRY);
  private final Set<String> functions = new HashSet<>();
  private long dataEnd = DATA;
  private final Variable stack = variable();
  private int labels;

  /** Starts a program that has no statements. */
  public SmallProgram() {
    code.set(Register.RBX, DATA);
    code.store(Register.RBX, displacement(stack), Register.RSP);
  }

  /**
   * {@return the address at which the kernel has put the number of arguments; behind it are the
   * addresses of the arguments, a null, those of the environment, and a null}
   */
  public Variable arguments() {
    return stack;
  }

  /** {@return a new variable, which starts out as 0} */
  public Variable variable() {
    return new Variable(room(Long.BYTES, Long.BYTES).number());
  }

  /** {@return the address of new memory that starts out as zeros, on a border of 64 bytes} */
  public Constant memory(int bytes) {
    return room(bytes, 64);
  }

  private Constant room(int bytes, int alignment) {
    long start = (dataEnd + alignment - 1) & -alignment;
    dataEnd = start + bytes;
    return new Constant(start);
  }

  /** Puts a function down, which comes back to its caller at its end. */
  public void function(String name, Runnable body) {
    if (!functions.add(name)) {
      throw new IllegalArgumentException("a second function " + name);
    }
    code.label(name);
    body.run();
    code.returnToCaller();
  }

  /** Calls a function, put down anywhere. */
  public void call(String function) {
    code.call(function);
  }

  /** Comes back from the function at once. */
  public void leave() {
    code.returnToCaller();
  }

  /** Gives a variable a value. */
  public void set(Variable variable, Value value) {
    compute(value);
    code.store(Register.RBX, displacement(variable), Register.RAX);
  }

  /** Stores the low bytes of a value at an address: 1, 2, 4 or 8. */
  public void store(Value address, Value value, int bytes) {
    compute(address);
    code.push(Register.RAX);
    compute(value);
    code.pop(Register.RCX);
    code.store(Register.RCX, 0, Register.RAX, bytes);
  }

  /** Stores eight bytes at an address. */
  public void store(Value address, Value value) {
    store(address, value, Long.BYTES);
  }

  /** Copies bytes from one place to another that does not overlap it. */
  public void copy(Value to, Value from, Value bytes) {
    computeAll(List.of(to, from, bytes));
    code.pop(Register.RCX);
    code.pop(Register.RSI);
    code.pop(Register.RDI);
    code.copyBytes();
  }

  /** Computes a value and drops it: for what a system call does. */
  public void run(Value value) {
    compute(value);
  }

  /** Does something if a test holds. */
  public void when(Test test, Runnable body) {
    String end = label();
    jumpUnless(test, end);
    body.run();
    code.label(end);
  }

  /** Does one thing if a test holds, another if not. */
  public void whenElse(Test test, Runnable body, Runnable otherwise) {
    String other = label();
    String end = label();
    jumpUnless(test, other);
    body.run();
    code.jump(end);
    code.label(other);
    otherwise.run();
    code.label(end);
  }

  /** Repeats something as long as a test holds before it. */
  public void loopWhile(Test test, Runnable body) {
    String start = label();
    String end = label();
    code.label(start);
    jumpUnless(test, end);
    body.run();
    code.jump(start);
    code.label(end);
  }

  /** Repeats something until a system call or {@link #leave} ends it. */
  public void loop(Runnable body) {
    String start = label();
    code.label(start);
    body.run();
    code.jump(start);
  }

  /** Ends the program with a status. */
  public void exit(Value status) {
    run(Value.systemCall(EXIT_GROUP, status));
  }

  /**
   * {@return the executable file's bytes}
   *
   * @throws IllegalStateException if a function that is called was never put down
   */
  public byte[] executable() {
    return ElfWriter.executable(code.assemble(), DATA, Math.max(1, dataEnd - DATA));
  }

  private String label() {
    return "." + labels++;
  }

  private static int displacement(Variable variable) {
    return (int) (variable.place() - DATA);
  }

  private void jumpUnless(Test test, String label) {
    operands(test.left(), test.right());
    code.compare(Register.RAX, Register.RCX);
    code.jumpIf(opposite(test.relation()), label);
  }

  private static Condition opposite(Relation relation) {
    return switch (relation) {
      case EQUAL -> Condition.NOT_EQUAL;
      case NOT_EQUAL -> Condition.EQUAL;
      case LESS -> Condition.GREATER_OR_EQUAL;
      case AT_LEAST -> Condition.LESS;
      case GREATER -> Condition.LESS_OR_EQUAL;
    };
  }

  /** Left into RAX, right into RCX. */
  private void operands(Value left, Value right) {
    if (right instanceof Constant constant) {
      compute(left);
      code.set(Register.RCX, constant.number());
    } else if (right instanceof Variable variable) {
      compute(left);
      code.load(Register.RCX, Register.RBX, displacement(variable));
    } else {
      computeAll(List.of(left, right));
      code.pop(Register.RCX);
      code.pop(Register.RAX);
    }
  }

  private void compute(Value value) {
    if (value instanceof Constant constant) {
      code.set(Register.RAX, constant.number());
    } else if (value instanceof Variable variable) {
      code.load(Register.RAX, Register.RBX, displacement(variable));
    } else if (value instanceof InMemory memory) {
      compute(memory.address());
      code.load(Register.RAX, Register.RAX, 0, memory.bytes());
    } else if (value instanceof Combined combined) {
      operands(combined.left(), combined.right());
      combine(combined);
    } else if (value instanceof SystemCall call) {
      systemCall(call);
    }
  }

  private void combine(Combined combined) {
    switch (combined.operator()) {
      case PLUS -> code.add(Register.RAX, Register.RCX);
      case MINUS -> code.subtract(Register.RAX, Register.RCX);
      case TIMES -> code.multiply(Register.RAX, Register.RCX);
      case AND -> code.and(Register.RAX, Register.RCX);
      case OR -> code.or(Register.RAX, Register.RCX);
      case SHIFT_LEFT -> code.shiftLeft(Register.RAX);
      case SHIFT_RIGHT -> code.shiftRight(Register.RAX);
    }
  }

  private void systemCall(SystemCall call) {
    computeAll(call.arguments());
    for (int i = call.arguments().size() - 1; i >= 0; i--) {
      code.pop(ARGUMENTS.get(i));
    }
    code.set(Register.RAX, call.number());
    code.systemCall();
  }

  /** Onto the stack, the last one on top. */
  private void computeAll(List<Value> values) {
    for (Value value : values) {
      compute(value);
      code.push(Register.RAX);
    }
  }
}
