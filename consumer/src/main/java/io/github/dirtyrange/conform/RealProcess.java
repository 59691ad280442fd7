package io.github.dirtyrange.conform;

import io.github.dirtyrange.conform.agent.AgentChannel;
import io.github.dirtyrange.kernel.PageRegion;
import io.github.dirtyrange.kernel.Pages;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One process of the agent, as the kernel shows it: its pagemap, its scans, its userfaultfd. */
final class RealProcess implements Closeable {

  private static final int ENTRIES_A_READ = 4096;
  private static final int VEC_OFFSET = 128;
  private static final int WALK_END = 4;

  private final AgentChannel channel;
  private final FileChannel pagemap;
  private final ByteBuffer entryBytes =
      ByteBuffer.allocateDirect(ENTRIES_A_READ * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final LongBuffer entryLongs = entryBytes.asLongBuffer();

  /** Descriptors within the process, opened at their first use; -1 before. */
  private long pagemapFd = -1;

  private long clearRefsFd = -1;
  private long userfaultFd = -1;

  RealProcess(AgentChannel channel) {
    this.channel = channel;
    try {
      pagemap = FileChannel.open(Path.of("/proc/" + channel.pid() + "/pagemap"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the agent's pagemap", e);
    }
  }

  AgentChannel channel() {
    return channel;
  }

  void readPagemap(long startVpn, int count, long[] entries) {
    try {
      for (int done = 0; done < count; ) {
        int wanted = Math.min(count - done, ENTRIES_A_READ);
        entryBytes.clear().limit(wanted * Long.BYTES);
        int bytes = pagemap.read(entryBytes, (startVpn + done) * Long.BYTES);
        if (bytes <= 0) {
          throw new IOException("pagemap ends early");
        }
        entryLongs.get(0, entries, done, bytes / Long.BYTES);
        done += bytes / Long.BYTES;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading the agent's pagemap", e);
    }
  }

  long clearRefs(int value) {
    if (clearRefsFd < 0) {
      clearRefsFd = open("/proc/self/clear_refs", X64Abi.O_WRONLY);
    }
    byte[] text = Integer.toString(value).getBytes(StandardCharsets.US_ASCII);
    channel.postReceive(AgentChannel.SCRATCH, text);
    channel.postSystemCall(X64Abi.WRITE, clearRefsFd, AgentChannel.SCRATCH, text.length);
    channel.take();
    return channel.take().value();
  }

  Outcome scan(Operation.Scan scan) {
    if (pagemapFd < 0) {
      pagemapFd = open("/proc/self/pagemap", X64Abi.O_RDONLY);
    }
    long vec = scan.regions() == 0 ? 0 : AgentChannel.SCRATCH + VEC_OFFSET;
    postStruct(
        X64Abi.PM_SCAN_ARG_BYTES,
        scan.scanFlags(),
        Layout.BASE + scan.start(),
        Layout.BASE + scan.end(),
        0,
        vec,
        scan.regions(),
        scan.maxPages(),
        scan.inverted(),
        scan.required(),
        scan.anyOf(),
        scan.returned());
    channel.postSystemCall(X64Abi.IOCTL, pagemapFd, X64Abi.PAGEMAP_SCAN, AgentChannel.SCRATCH);
    int answerBytes = VEC_OFFSET + scan.regions() * X64Abi.PAGE_REGION_BYTES;
    channel.postSend(AgentChannel.SCRATCH, answerBytes);
    channel.take();
    long result = channel.take().value();
    LongBuffer answer = channel.takeBytes(answerBytes).asLongBuffer();
    if (result < 0) {
      return Outcome.error((int) -result);
    }
    long walkEnd = answer.get(WALK_END) - Layout.BASE;
    return new Outcome(Outcome.Kind.RESULT, result, walkEnd, regions(answer, (int) result));
  }

  long uffdRegister(long start, long length, long mode) {
    return uffdCall(X64Abi.UFFDIO_REGISTER, start, length, mode, 0);
  }

  long uffdUnregister(long start, long length) {
    return uffdCall(X64Abi.UFFDIO_UNREGISTER, start, length);
  }

  long uffdWriteProtect(long start, long length, long mode) {
    return uffdCall(X64Abi.UFFDIO_WRITEPROTECT, start, length, mode);
  }

  /** Writes zeros that follow the two vectors in the scratch memory. */
  long foreignWrite(long start, long length) {
    long zeros = AgentChannel.SCRATCH + AgentChannel.SCRATCH_BYTES / 2;
    postStruct(zeros, length, Layout.BASE + start, length);
    long vectors = AgentChannel.SCRATCH;
    channel.postSystemCall(
        X64Abi.PROCESS_VM_WRITEV, channel.pid(), vectors, 1, vectors + 2 * Long.BYTES, 1, 0);
    channel.take();
    return channel.take().value();
  }

  /** Asks to close the userfaultfd, which unregisters what it had; {@return replies to come} */
  int postCloseUserfaultfd() {
    if (userfaultFd < 0) {
      return 0;
    }
    channel.postSystemCall(X64Abi.CLOSE, userfaultFd);
    userfaultFd = -1;
    return 1;
  }

  @Override
  public void close() {
    try {
      pagemap.close();
    } catch (IOException e) {
      throw new UncheckedIOException("closing the agent's pagemap", e);
    }
  }

  private static List<PageRegion> regions(LongBuffer answer, int count) {
    long base = Pages.vpn(Layout.BASE);
    List<PageRegion> regions = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int at = VEC_OFFSET / Long.BYTES + 3 * i;
      regions.add(
          new PageRegion(
              Pages.vpn(answer.get(at)) - base,
              Pages.vpn(answer.get(at + 1)) - base,
              answer.get(at + 2)));
    }
    return regions;
  }

  private long uffdCall(long request, long... struct) {
    if (userfaultFd < 0) {
      userfaultFd = openUserfaultfd();
    }
    if (userfaultFd < 0) {
      return userfaultFd;
    }
    struct[0] += Layout.BASE;
    postStruct(struct);
    channel.postSystemCall(X64Abi.IOCTL, userfaultFd, request, AgentChannel.SCRATCH);
    channel.take();
    return channel.take().value();
  }

  /** {@return a descriptor, or the negated errno of a kernel without asynchronous protection} */
  private long openUserfaultfd() {
    long fd =
        check("userfaultfd", channel.systemCall(X64Abi.USERFAULTFD, X64Abi.O_CLOEXEC_NONBLOCK));
    long features = X64Abi.UFFD_FEATURE_WP_ASYNC | X64Abi.UFFD_FEATURE_WP_UNPOPULATED;
    postStruct(X64Abi.UFFD_API, features, 0);
    channel.postSystemCall(X64Abi.IOCTL, fd, X64Abi.UFFDIO_API, AgentChannel.SCRATCH);
    channel.take();
    long result = channel.take().value();
    if (result < 0) {
      channel.systemCall(X64Abi.CLOSE, fd);
      return result;
    }
    return fd;
  }

  /** Opens a file in the process; {@return the descriptor} */
  long open(String path, int flags) {
    channel.postReceive(AgentChannel.SCRATCH, (path + '\0').getBytes(StandardCharsets.US_ASCII));
    channel.postSystemCall(X64Abi.OPEN, AgentChannel.SCRATCH, flags);
    channel.take();
    return check("open " + path, channel.take().value());
  }

  private void postStruct(long... longs) {
    ByteBuffer bytes =
        ByteBuffer.allocate(longs.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(longs);
    channel.postReceive(AgentChannel.SCRATCH, bytes.array());
  }

  private static long check(String call, long result) {
    if (result < 0) {
      throw new IllegalStateException(call + " failed in the agent with errno " + -result);
    }
    return result;
  }
}
