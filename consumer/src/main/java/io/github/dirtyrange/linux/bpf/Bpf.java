package io.github.dirtyrange.linux.bpf;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Sys;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** bpf(2): maps and programs, each of which lives as long as its descriptor. */
final class Bpf {

  /** What {@code bpftool} shows maps and programs as. */
  private static final String NAME = "dirtyrange";

  /** The programs call helpers that are for such programs only. */
  private static final String LICENSE = "GPL";

  private static final int MOST_ATTEMPTS = 10;

  private static final int LOG_BYTES = 1 << 16;

  private Bpf() {}

  /** Makes a map. */
  static Descriptor createMap(int type, int keyBytes, int valueBytes, int entries, int flags) {
    return create(
        Sys.struct(Abi.BPF_MAP_BYTES)
            .putInt(Abi.BPF_MAP_TYPE, type)
            .putInt(Abi.BPF_MAP_KEY_BYTES, keyBytes)
            .putInt(Abi.BPF_MAP_VALUE_BYTES, valueBytes)
            .putInt(Abi.BPF_MAP_ENTRIES, entries)
            .putInt(Abi.BPF_MAP_FLAGS, flags));
  }

  /**
   * Makes an array of maps.
   *
   * @param like a map of their kind
   */
  static Descriptor createArrayOfMaps(int entries, Descriptor like) {
    return create(
        Sys.struct(Abi.BPF_MAP_BYTES)
            .putInt(Abi.BPF_MAP_TYPE, Abi.BPF_MAP_TYPE_ARRAY_OF_MAPS)
            .putInt(Abi.BPF_MAP_KEY_BYTES, Integer.BYTES)
            .putInt(Abi.BPF_MAP_VALUE_BYTES, Integer.BYTES)
            .putInt(Abi.BPF_MAP_ENTRIES, entries)
            .putInt(Abi.BPF_MAP_INNER, like.number()));
  }

  private static Descriptor create(ByteBuffer attributes) {
    putName(attributes, Abi.BPF_MAP_NAME);
    return Descriptor.of(call(Abi.BPF_MAP_CREATE, attributes), "BPF_MAP_CREATE");
  }

  /**
   * Puts something into a map.
   *
   * @param key as many of its bytes as the map's keys have
   * @param value a number, or the descriptor of a map
   */
  static void put(Descriptor map, long key, int value) {
    ByteBuffer given = Sys.struct(Integer.BYTES).putInt(0, value);
    try {
      onElement(Abi.BPF_MAP_UPDATE_ELEM, "BPF_MAP_UPDATE_ELEM", map, key, Sys.address(given));
    } finally {
      Reference.reachabilityFence(given);
    }
  }

  /**
   * Takes something out of a map. Where maps were in it no program uses the one that was taken out
   * any more when this returns ({@code maybe_wait_bpf_programs}).
   */
  static void remove(Descriptor map, long key) {
    onElement(Abi.BPF_MAP_DELETE_ELEM, "BPF_MAP_DELETE_ELEM", map, key, 0);
  }

  private static void onElement(int command, String name, Descriptor map, long key, long value) {
    // A key of four bytes is the lower half: both architectures here have that first.
    ByteBuffer wanted = Sys.struct(Long.BYTES).putLong(0, key);
    ByteBuffer attributes =
        Sys.struct(Abi.BPF_ELEMENT_BYTES)
            .putInt(Abi.BPF_ELEMENT_MAP, map.number())
            .putLong(Abi.BPF_ELEMENT_KEY, Sys.address(wanted))
            .putLong(Abi.BPF_ELEMENT_VALUE, value);
    try {
      Sys.check(call(command, attributes), name);
    } finally {
      Reference.reachabilityFence(wanted);
    }
  }

  /**
   * Loads a program that is attached to a function or a tracepoint.
   *
   * @param id the number of its type in the kernel's BTF
   * @throws KernelException EPERM or EACCES without the right to, EINVAL or EACCES as well if the
   *     verifier refuses it: then with its last words
   */
  static Descriptor load(Assembler program, Hook.When when, int id) {
    ByteBuffer text = program.text();
    ByteBuffer license = Sys.struct(LICENSE.length() + 1);
    license.put(0, LICENSE.getBytes(StandardCharsets.US_ASCII));
    ByteBuffer attributes =
        Sys.struct(Abi.BPF_TRACING_LOAD_BYTES)
            .putInt(Abi.BPF_LOAD_TYPE, Abi.BPF_PROG_TYPE_TRACING)
            .putInt(Abi.BPF_LOAD_COUNT, program.count())
            .putLong(Abi.BPF_LOAD_TEXT, Sys.address(text))
            .putLong(Abi.BPF_LOAD_LICENSE, Sys.address(license))
            .putInt(Abi.BPF_LOAD_WHEN, when.number())
            .putInt(Abi.BPF_LOAD_FUNCTION, id);
    putName(attributes, Abi.BPF_LOAD_NAME);
    try {
      long loaded = callAgain(Abi.BPF_PROG_LOAD, attributes);
      if (loaded < 0) {
        throw refusal(attributes);
      }
      return Descriptor.of(loaded, "BPF_PROG_LOAD");
    } finally {
      Reference.reachabilityFence(text);
      Reference.reachabilityFence(license);
    }
  }

  /** The verifier is asked for its reasons only where it had some: they cost it time. */
  private static KernelException refusal(ByteBuffer attributes) {
    KernelException first = Sys.failure("BPF_PROG_LOAD");
    if (first.errno() == Errno.EPERM) {
      return first.needing(HookRight.RIGHT);
    }
    ByteBuffer log = Sys.struct(LOG_BYTES);
    attributes
        .putInt(Abi.BPF_LOAD_LOG_LEVEL, 1)
        .putInt(Abi.BPF_LOAD_LOG_BYTES, LOG_BYTES)
        .putLong(Abi.BPF_LOAD_LOG, Sys.address(log));
    long loaded = call(Abi.BPF_PROG_LOAD, attributes);
    if (loaded >= 0) {
      Descriptor.of(loaded, "BPF_PROG_LOAD").close();
      return first;
    }
    String reasons = lastWords(log);
    return reasons.isEmpty()
        ? first
        : new KernelException(first.errno(), "BPF_PROG_LOAD (" + reasons + ")");
  }

  /** The last line before the verifier's statistics. */
  private static String lastWords(ByteBuffer log) {
    int end = 0;
    while (end < log.capacity() && log.get(end) != 0) {
      end++;
    }
    byte[] text = new byte[end];
    log.get(0, text);
    return new String(text, StandardCharsets.US_ASCII)
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("processed "))
        .reduce("", (before, line) -> line);
  }

  /** Attaches a program to what it was loaded for, until what is returned is closed. */
  static Descriptor attach(Descriptor program) {
    ByteBuffer attributes =
        Sys.struct(Abi.BPF_OPEN_BYTES).putInt(Abi.BPF_OPEN_PROGRAM, program.number());
    return Descriptor.of(call(Abi.BPF_RAW_TRACEPOINT_OPEN, attributes), "BPF_RAW_TRACEPOINT_OPEN");
  }

  /**
   * {@return how often a program was not run, since it ran on that CPU already} A thread that is
   * preempted while it runs has all others of its CPU pass over it.
   *
   * @param info room for what is asked, used again and again
   * @param attributes room for the question
   */
  static long recursionMisses(Descriptor program, ByteBuffer info, ByteBuffer attributes) {
    // The kernel reads it first: what the last answer says of lengths would be a question.
    for (int at = 0; at < info.capacity(); at += Long.BYTES) {
      info.putLong(at, 0);
    }
    attributes
        .putInt(Abi.BPF_INFO_DESCRIPTOR, program.number())
        .putInt(Abi.BPF_INFO_LENGTH, Abi.BPF_PROGRAM_INFO_BYTES)
        .putLong(Abi.BPF_INFO, Sys.address(info));
    Sys.check(call(Abi.BPF_OBJ_GET_INFO_BY_FD, attributes), "BPF_OBJ_GET_INFO_BY_FD");
    return info.getLong(Abi.BPF_RECURSION_MISSES);
  }

  private static void putName(ByteBuffer attributes, int offset) {
    attributes.put(offset, NAME.getBytes(StandardCharsets.US_ASCII));
  }

  /** The verifier gives up where a signal waits, as it does when a profiler samples: EAGAIN. */
  private static long callAgain(int command, ByteBuffer attributes) {
    long result = call(command, attributes);
    for (int i = 1; result < 0 && Sys.failure("bpf").errno() == Errno.EAGAIN; i++) {
      if (i == MOST_ATTEMPTS) {
        return result;
      }
      result = call(command, attributes);
    }
    return result;
  }

  private static long call(int command, ByteBuffer attributes) {
    return Sys.libc().syscall(Abi.SYS_BPF, command, Sys.address(attributes), attributes.capacity());
  }
}
