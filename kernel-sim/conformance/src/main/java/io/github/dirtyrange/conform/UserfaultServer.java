package io.github.dirtyrange.conform;

import io.github.dirtyrange.conform.agent.AgentChannel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A process of the agent that reads the userfaultfds of the others, which may be blocked until it
 * does: it notes every message, and unprotects a page that was stored to.
 */
final class UserfaultServer {

  private static final long EAGAIN = -11;

  private final AgentChannel channel;
  private final List<String> messages = new ArrayList<>();
  private @Nullable RealUserfaultfd forked;

  UserfaultServer(AgentChannel channel) {
    this.channel = channel;
  }

  /** {@return a process's userfaultfd as this process's own, closed there} */
  RealUserfaultfd adopt(AgentChannel owner, long descriptor) {
    long process = RealProcess.check("pidfd_open", call(X64Abi.PIDFD_OPEN, owner.pid(), 0));
    long adopted =
        RealProcess.check("pidfd_getfd", call(X64Abi.PIDFD_GETFD, process, descriptor, 0));
    call(X64Abi.CLOSE, process);
    owner.systemCall(X64Abi.CLOSE, descriptor);
    return new RealUserfaultfd(channel, adopted);
  }

  /** Reads one message, if there is one, and lets whoever sent it go on. */
  void serve(RealUserfaultfd userfaultfd) {
    channel.postSystemCall(
        X64Abi.READ, userfaultfd.descriptor(), AgentChannel.SCRATCH, X64Abi.UFFD_MSG_BYTES);
    channel.postSend(AgentChannel.SCRATCH, X64Abi.UFFD_MSG_BYTES);
    long result = channel.take().value();
    ByteBuffer message = channel.takeBytes(X64Abi.UFFD_MSG_BYTES);
    if (result != EAGAIN) {
      RealProcess.check("reading a userfaultfd", result);
      handle(userfaultfd, message);
    }
  }

  private void handle(RealUserfaultfd userfaultfd, ByteBuffer message) {
    long first = message.getLong(Long.BYTES);
    long second = message.getLong(2 * Long.BYTES);
    int event = message.get(0);
    switch (event) {
      case X64Abi.UFFD_EVENT_PAGEFAULT -> {
        messages.add(UserfaultText.fault(second, first));
        userfaultfd.unprotectPage(second);
      }
      case X64Abi.UFFD_EVENT_FORK -> {
        messages.add(UserfaultText.fork());
        forked = new RealUserfaultfd(channel, message.getInt(Long.BYTES));
      }
      case X64Abi.UFFD_EVENT_REMAP ->
          messages.add(UserfaultText.remap(first, second, message.getLong(3 * Long.BYTES)));
      case X64Abi.UFFD_EVENT_REMOVE -> messages.add(UserfaultText.remove(first, second));
      case X64Abi.UFFD_EVENT_UNMAP -> messages.add(UserfaultText.unmap(first, second));
      default -> messages.add("event " + event);
    }
  }

  /** {@return the userfaultfd that came with the last message of a fork, once} */
  @Nullable RealUserfaultfd takeForked() {
    RealUserfaultfd taken = forked;
    forked = null;
    return taken;
  }

  /** {@return the messages read since this was last asked} */
  List<String> takeMessages() {
    List<String> taken = List.copyOf(messages);
    messages.clear();
    return taken;
  }

  private long call(int number, long... arguments) {
    return channel.systemCall(number, arguments);
  }
}
