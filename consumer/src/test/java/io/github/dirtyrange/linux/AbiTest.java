package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.linux.sys.Abi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AbiTest {

  @TempDir Path folder;

  @Test
  void roundTripsWithTheRunningKernelFindNothingWrong() {
    OnLinux.need(Capability.PAGEMAP_SCAN, Capability.WP_ASYNC, Capability.CHANGE_QUEUE);
    AbiCheck check = AbiCheck.run();
    assertThat(check.wrong()).isEmpty();
    assertThat(check.checked())
        .contains(
            "size of struct pm_scan_arg",
            "struct pm_scan_arg and struct page_region",
            "category WRITTEN",
            "struct uffdio_api, _register and _writeprotect",
            "struct perf_event_attr and the ring",
            "struct iovec of process_vm_readv");
    // Kernels before 6.16 and 7.3 lack the last two categories.
    assertThat(check.unchecked()).allMatch(what -> what.startsWith("category "));
  }

  @Test
  void theHeadersHaveTheSameNumbers() throws IOException, InterruptedException {
    OnLinux.need();
    Map<String, Long> ours = ours();
    Map<String, Long> theirs = compileAndRun(program(ours.keySet()));
    assertThat(theirs).isNotEmpty();
    ours.keySet().retainAll(theirs.keySet());
    assertThat(ours).isEqualTo(theirs);
  }

  private static Map<String, Long> ours() {
    Map<String, Long> numbers = new TreeMap<>();
    numbers.put("O_NONBLOCK", (long) Abi.O_NONBLOCK);
    numbers.put("O_CLOEXEC", (long) Abi.O_CLOEXEC);
    numbers.put("MAP_ANONYMOUS", (long) Abi.MAP_ANONYMOUS);
    numbers.put("MAP_NORESERVE", (long) Abi.MAP_NORESERVE);
    numbers.put("MADV_DONTNEED", (long) Abi.MADV_DONTNEED);
    numbers.put("MADV_NOHUGEPAGE", (long) Abi.MADV_NOHUGEPAGE);
    numbers.put("offsetof(struct iovec, iov_len)", (long) Abi.IOVEC_LEN);
    numbers.put("sizeof(struct iovec)", (long) Abi.IOVEC_BYTES);
    numbers.put("PAGEMAP_SCAN", Abi.PAGEMAP_SCAN);
    numbers.put("UFFD_USER_MODE_ONLY", (long) Abi.UFFD_USER_MODE_ONLY);
    numbers.put("UFFD_API", Abi.UFFD_API);
    numbers.put("UFFDIO_API", Abi.UFFDIO_API);
    numbers.put("UFFDIO_REGISTER", Abi.UFFDIO_REGISTER);
    numbers.put("UFFDIO_UNREGISTER", Abi.UFFDIO_UNREGISTER);
    numbers.put("UFFDIO_WRITEPROTECT", Abi.UFFDIO_WRITEPROTECT);
    numbers.put("UFFDIO_CONTINUE", Abi.UFFDIO_CONTINUE);
    numbers.put("UFFDIO_REGISTER_MODE_WP", Abi.UFFDIO_REGISTER_MODE_WP);
    numbers.put("UFFDIO_WRITEPROTECT_MODE_WP", Abi.UFFDIO_WRITEPROTECT_MODE_WP);
    numbers.put("UFFD_FEATURE_WP_HUGETLBFS_SHMEM", Abi.UFFD_FEATURE_WP_HUGETLBFS_SHMEM);
    numbers.put("UFFD_FEATURE_WP_UNPOPULATED", Abi.UFFD_FEATURE_WP_UNPOPULATED);
    numbers.put("UFFD_FEATURE_WP_ASYNC", Abi.UFFD_FEATURE_WP_ASYNC);
    numbers.put("PERF_ATTR_SIZE_VER3", (long) Abi.ATTR_BYTES);
    numbers.put("offsetof(struct perf_event_attr, config)", (long) Abi.ATTR_CONFIG);
    numbers.put("offsetof(struct perf_event_attr, sample_period)", (long) Abi.ATTR_SAMPLE_PERIOD);
    numbers.put("offsetof(struct perf_event_attr, sample_type)", (long) Abi.ATTR_SAMPLE_TYPE);
    numbers.put("offsetof(struct perf_event_attr, read_format)", (long) Abi.ATTR_READ_FORMAT);
    numbers.put("offsetof(struct perf_event_attr, read_format) + 8", (long) Abi.ATTR_FLAGS);
    numbers.put("offsetof(struct perf_event_attr, clockid)", (long) Abi.ATTR_CLOCKID);
    numbers.put("PERF_ATTR_SIZE_VER5", (long) Abi.ATTR_CHAIN_BYTES);
    numbers.put(
        "offsetof(struct perf_event_attr, sample_max_stack)", (long) Abi.ATTR_SAMPLE_MAX_STACK);
    numbers.put("PERF_SAMPLE_CALLCHAIN", Abi.PERF_SAMPLE_CALLCHAIN);
    numbers.put("PERF_CONTEXT_USER", Abi.PERF_CONTEXT_USER);
    numbers.put("PERF_CONTEXT_MAX", Abi.PERF_CONTEXT_MAX);
    numbers.put("PERF_TYPE_SOFTWARE", (long) Abi.PERF_TYPE_SOFTWARE);
    numbers.put("PERF_COUNT_SW_PAGE_FAULTS_MIN", Abi.PERF_COUNT_SW_PAGE_FAULTS_MIN);
    numbers.put("PERF_COUNT_SW_PAGE_FAULTS_MAJ", Abi.PERF_COUNT_SW_PAGE_FAULTS_MAJ);
    numbers.put("PERF_COUNT_SW_DUMMY", Abi.PERF_COUNT_SW_DUMMY);
    numbers.put("PERF_SAMPLE_TID", Abi.PERF_SAMPLE_TID);
    numbers.put("PERF_SAMPLE_TIME", Abi.PERF_SAMPLE_TIME);
    numbers.put("CLOCK_MONOTONIC", (long) Abi.CLOCK_MONOTONIC);
    numbers.put("PERF_SAMPLE_ADDR", Abi.PERF_SAMPLE_ADDR);
    numbers.put("PERF_FORMAT_LOST", Abi.PERF_FORMAT_LOST);
    numbers.put("PERF_FLAG_FD_CLOEXEC", Abi.PERF_FLAG_FD_CLOEXEC);
    numbers.put("PERF_EVENT_IOC_ENABLE", Abi.PERF_EVENT_IOC_ENABLE);
    numbers.put("PERF_EVENT_IOC_DISABLE", Abi.PERF_EVENT_IOC_DISABLE);
    numbers.put("PERF_EVENT_IOC_SET_OUTPUT", Abi.PERF_EVENT_IOC_SET_OUTPUT);
    numbers.put("PERF_RECORD_SAMPLE", (long) Abi.PERF_RECORD_SAMPLE);
    numbers.put("offsetof(struct perf_event_mmap_page, data_head)", (long) Abi.RING_DATA_HEAD);
    numbers.put("offsetof(struct perf_event_mmap_page, data_tail)", (long) Abi.RING_DATA_TAIL);
    numbers.put("offsetof(struct perf_event_mmap_page, data_offset)", (long) Abi.RING_DATA_OFFSET);
    numbers.put("SYS_gettid", Abi.SYS_GETTID);
    numbers.put("SYS_perf_event_open", Abi.SYS_PERF_EVENT_OPEN);
    numbers.put("SYS_userfaultfd", Abi.SYS_USERFAULTFD);
    return numbers;
  }

  /** Prints every number that these headers have; macros that they lack are left out. */
  private static List<String> program(Iterable<String> expressions) {
    List<String> lines = new ArrayList<>(List.of("#define _GNU_SOURCE"));
    for (String header :
        List.of(
            "fcntl.h",
            "linux/fs.h",
            "linux/perf_event.h",
            "linux/userfaultfd.h",
            "stddef.h",
            "stdio.h",
            "sys/ioctl.h",
            "sys/mman.h",
            "sys/syscall.h",
            "sys/uio.h",
            "time.h")) {
      lines.add("#include <" + header + ">");
    }
    lines.add("int main(void) {");
    for (String expression : expressions) {
      boolean macro = expression.matches("[A-Z]\\w*") && !expression.startsWith("PERF_COUNT");
      boolean constant =
          macro && !expression.matches("PERF_(TYPE|SAMPLE|FORMAT|RECORD|CONTEXT)_.*");
      String print =
          "printf(\"%llu %s\\n\", (unsigned long long)("
              + expression
              + "), \""
              + expression
              + "\");";
      lines.addAll(constant ? List.of("#ifdef " + expression, print, "#endif") : List.of(print));
    }
    lines.add("}");
    return lines;
  }

  private Map<String, Long> compileAndRun(List<String> program)
      throws IOException, InterruptedException {
    Path source = Files.write(folder.resolve("abi.c"), program);
    Path binary = folder.resolve("abi");
    assumeTrue(isThere("gcc"), "there is no gcc to ask the headers with");
    run("gcc", "-o", binary.toString(), source.toString());
    Map<String, Long> numbers = new TreeMap<>();
    run(binary.toString())
        .lines()
        .forEach(
            line -> {
              String[] parts = line.split(" ", 2);
              numbers.put(parts[1], Long.parseUnsignedLong(parts[0]));
            });
    return numbers;
  }

  private static boolean isThere(String command) throws InterruptedException {
    try {
      return new ProcessBuilder(command, "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
