package io.github.dirtyrange.criu;

import com.google.protobuf.CodedOutputStream;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the images beside the pages: mappings and their files, the process, the inventory and the
 * counts. What saved memory does not know of a process is 0 there.
 */
final class ProcessImages {

  private static final int PROT_MASK = 7;
  private static final int FILE_TYPE = 1 << Wire.NUMBER;
  private static final int FILE_ID = 2 << Wire.NUMBER;
  private static final int TYPE_REGULAR = 1;
  private static final int REG_FLAGS = 2 << Wire.NUMBER;
  private static final int REG_POS = 3 << Wire.NUMBER;
  private static final int REG_FOWN = 5 << Wire.NUMBER | Wire.BYTES;
  private static final int FOWN_FIELDS = 5;
  private static final int MM_FIELDS = 12;
  private static final String NO_NAME = "[not known]";

  private final SavedMemory memory;
  private final int pid;
  private final Pagemap pagemap;
  private final Map<String, Integer> files = new LinkedHashMap<>();

  ProcessImages(SavedMemory memory, int pid, Pagemap pagemap) {
    this.memory = memory;
    this.pid = pid;
    this.pagemap = pagemap;
  }

  /** Writes them into a directory. */
  void write(Path directory) throws IOException {
    int executable = executable();
    record(directory.resolve(Format.mm(pid)), ImageKind.MM, out -> mm(out, executable));
    try (ImageOutput out = new ImageOutput(directory.resolve(Format.FILES), ImageKind.FILES)) {
      for (Map.Entry<String, Integer> file : files.entrySet()) {
        out.record(fields -> file(fields, file.getValue(), file.getKey()));
      }
      out.finish();
    }
    record(directory.resolve(Format.PSTREE), ImageKind.PSTREE, this::process);
    record(
        directory.resolve(Format.INVENTORY),
        ImageKind.INVENTORY,
        out -> Wire.put(out, Inventory.IMG_VERSION, Inventory.VERSION));
    record(
        directory.resolve(Format.STATS),
        ImageKind.STATS,
        out -> Wire.put(out, DumpStats.DUMP, Wire.message(this::counts)));
  }

  private static void record(Path file, ImageKind kind, Wire.FieldWriter fields)
      throws IOException {
    try (ImageOutput out = new ImageOutput(file, kind)) {
      out.record(fields);
      out.finish();
    }
  }

  /** The file that is mapped lowest is the program, as a rule. */
  private int executable() {
    return memory.mappings().stream()
        .filter(ProcessImages::isOfFile)
        .findFirst()
        .map(mapping -> id(mapping.name()))
        .orElseGet(() -> id(NO_NAME));
  }

  private int id(String name) {
    return files.computeIfAbsent(name, any -> files.size() + 1);
  }

  private void mm(CodedOutputStream out, int executable) throws IOException {
    long[] numbers = new long[MM_FIELDS];
    List<byte[]> vmas = new ArrayList<>();
    for (SavedMapping mapping : memory.mappings()) {
      parts(mapping, numbers);
      vmas.add(vma(mapping));
    }
    numbers[MM_FIELDS - 1] = executable;
    for (int i = 0; i < MM_FIELDS; i++) {
      Wire.put(out, (i + 1) << Wire.NUMBER, numbers[i]);
    }
    for (byte[] vma : vmas) {
      Wire.put(out, MmImage.VMAS, vma);
    }
  }

  /** Where the heap and the stack lie, as their mappings say. */
  private static void parts(SavedMapping mapping, long[] numbers) {
    int stack = (MmImage.START_STACK >>> Wire.NUMBER) - 1;
    long start = mapping.startVpn() << Format.PAGE_SHIFT;
    long end = mapping.endVpn() << Format.PAGE_SHIFT;
    if (mapping.name().equals("[heap]")) {
      numbers[stack + 1] = start;
      numbers[stack + 2] = end;
    } else if (mapping.name().equals("[stack]")) {
      numbers[stack] = end - Long.BYTES;
    }
  }

  private byte[] vma(SavedMapping mapping) {
    boolean shared = (mapping.permissions() & SavedMapping.SHARED) != 0;
    boolean ofFile = isOfFile(mapping);
    int flags = shared ? Vma.MAP_SHARED : Vma.MAP_PRIVATE;
    flags |= ofFile ? 0 : Vma.MAP_ANONYMOUS;
    flags |= mapping.name().equals("[stack]") ? Vma.MAP_GROWSDOWN : 0;
    int[] numbers = {mapping.permissions() & PROT_MASK, flags, status(mapping, shared)};
    return Wire.message(
        out -> {
          Wire.put(out, MmImage.VMA_START, mapping.startVpn() << Format.PAGE_SHIFT);
          Wire.put(out, MmImage.VMA_END, mapping.endVpn() << Format.PAGE_SHIFT);
          Wire.put(out, MmImage.VMA_PGOFF, mapping.offset());
          Wire.put(
              out, MmImage.VMA_SHMID, ofFile ? id(mapping.name()) : shared ? sharedId(mapping) : 0);
          Wire.put(out, MmImage.VMA_PROT, numbers[0]);
          Wire.put(out, MmImage.VMA_FLAGS, numbers[1]);
          Wire.put(out, MmImage.VMA_STATUS, numbers[2]);
          Wire.put(out, MmImage.VMA_FD, CodedOutputStream.encodeZigZag64(-1));
        });
  }

  private static long sharedId(SavedMapping mapping) {
    return mapping.inode() == 0 ? mapping.startVpn() & Integer.MAX_VALUE : mapping.inode();
  }

  private static int status(SavedMapping mapping, boolean shared) {
    if (isOfFile(mapping)) {
      return Vma.REGULAR | (shared ? Vma.FILE_SHARED : Vma.FILE_PRIVATE);
    }
    if (shared) {
      return Vma.REGULAR | Vma.ANON_SHARED;
    }
    return switch (mapping.name()) {
      case "[heap]" -> Vma.REGULAR | Vma.ANON_PRIVATE | Vma.HEAP;
      case "[vdso]" -> Vma.REGULAR | Vma.ANON_PRIVATE | Vma.VDSO;
      case "[vvar]", "[vvar_vclock]" -> Vma.REGULAR | Vma.ANON_PRIVATE | Vma.VVAR;
      case "[vsyscall]" -> Vma.VSYSCALL | Vma.ANON_PRIVATE;
      default -> Vma.REGULAR | Vma.ANON_PRIVATE;
    };
  }

  /** Memory that has a file's name and no file is shared memory. */
  private static boolean isOfFile(SavedMapping mapping) {
    String name = mapping.name();
    boolean shared = (mapping.permissions() & SavedMapping.SHARED) != 0;
    boolean noFile =
        name.startsWith("/dev/zero (") || name.startsWith("/SYSV") || name.startsWith("/memfd:");
    return name.startsWith("/") && !(shared && noFile);
  }

  private static void file(CodedOutputStream out, int id, String name) throws IOException {
    Wire.put(out, FILE_TYPE, TYPE_REGULAR);
    Wire.put(out, FILE_ID, id);
    byte[] owner =
        Wire.message(
            fields -> {
              for (int i = 1; i <= FOWN_FIELDS; i++) {
                Wire.put(fields, i << Wire.NUMBER, 0);
              }
            });
    byte[] regular =
        Wire.message(
            fields -> {
              Wire.put(fields, FileNames.REG_ID, id);
              Wire.put(fields, REG_FLAGS, 0);
              Wire.put(fields, REG_POS, 0);
              Wire.put(fields, REG_FOWN, owner);
              Wire.put(fields, FileNames.REG_NAME, name.getBytes(StandardCharsets.UTF_8));
            });
    Wire.put(out, FileNames.REG, regular);
  }

  private void process(CodedOutputStream out) throws IOException {
    Wire.put(out, Processes.PID, pid);
    Wire.put(out, Processes.PPID, 0);
    Wire.put(out, Processes.PGID, pid);
    Wire.put(out, Processes.SID, pid);
    Wire.put(out, Processes.THREADS, pid);
  }

  private void counts(CodedOutputStream out) throws IOException {
    long pages = pagemap.storedPages() + pagemap.leaningPages();
    Wire.put(out, DumpStats.FREEZING_TIME, 0);
    Wire.put(out, DumpStats.FROZEN_TIME, 0);
    Wire.put(out, DumpStats.MEMDUMP_TIME, 0);
    Wire.put(out, DumpStats.MEMWRITE_TIME, 0);
    Wire.put(out, DumpStats.PAGES_SCANNED, pages);
    Wire.put(out, DumpStats.PAGES_SKIPPED_PARENT, pagemap.leaningPages());
    Wire.put(out, DumpStats.PAGES_WRITTEN, pagemap.storedPages());
    Wire.put(out, DumpStats.PAGES_LAZY, 0);
  }
}
