package io.github.dirtyrange.report.export;

/** TrackDescriptors of a Perfetto trace. */
final class TraceTrack {

  // TrackDescriptor
  private static final int UUID = 1;
  private static final int NAME = 2;
  private static final int PROCESS = 3;
  private static final int THREAD = 4;
  private static final int PARENT_UUID = 5;
  private static final int COUNTER = 8;

  // ProcessDescriptor
  private static final int PROCESS_PID = 1;
  private static final int PROCESS_NAME = 6;

  // ThreadDescriptor
  private static final int THREAD_PID = 1;
  private static final int THREAD_TID = 2;
  private static final int THREAD_NAME = 5;

  // CounterDescriptor
  private static final int UNIT_NAME = 6;

  private TraceTrack() {}

  /** {@return the track of a process} */
  static ProtoMessage process(long uuid, int pid, String name) {
    ProtoMessage process = new ProtoMessage().number(PROCESS_PID, pid).string(PROCESS_NAME, name);
    return new ProtoMessage().number(UUID, uuid).message(PROCESS, process);
  }

  /** {@return the track of a thread, whose name may be empty} */
  static ProtoMessage thread(long uuid, long parentUuid, int pid, int tid, String name) {
    ProtoMessage thread = new ProtoMessage().number(THREAD_PID, pid).number(THREAD_TID, tid);
    if (!name.isEmpty()) {
      thread.string(THREAD_NAME, name);
    }
    return new ProtoMessage()
        .number(UUID, uuid)
        .number(PARENT_UUID, parentUuid)
        .message(THREAD, thread);
  }

  /** {@return a track of no process} */
  static ProtoMessage named(long uuid, String name) {
    return new ProtoMessage().number(UUID, uuid).string(NAME, name);
  }

  /** {@return a track below another} */
  static ProtoMessage named(long uuid, long parentUuid, String name) {
    return named(uuid, name).number(PARENT_UUID, parentUuid);
  }

  /** {@return a track for a count of pages} */
  static ProtoMessage counter(long uuid, long parentUuid, String name) {
    return named(uuid, parentUuid, name)
        .message(COUNTER, new ProtoMessage().string(UNIT_NAME, "pages"));
  }
}
