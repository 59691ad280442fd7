package io.github.dirtyrange.linux.laws;

import io.github.dirtyrange.conform.Program;
import java.util.List;

/** A process in which programs run, and what watches it, held against the laws. */
interface WatchedProcess extends AutoCloseable {

  /**
   * Runs a program, with looks in between; {@return what was broken, in words}
   *
   * @throws io.github.dirtyrange.kernel.MemoryGoneException if that ends the process
   */
  List<String> run(Program program);

  /** {@return what was done last, in words} */
  String story();

  /** {@return how many looks were at nothing but what records told of} */
  long looksByRecords();

  /** {@return how much was done, in words} */
  String summary();

  @Override
  void close();
}
