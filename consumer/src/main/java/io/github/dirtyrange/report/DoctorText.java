package io.github.dirtyrange.report;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ProcessDiagnosis;
import io.github.dirtyrange.lab.result.DoctorResult;
import io.github.dirtyrange.lab.result.DoctorResult.ProcessResult;
import io.github.dirtyrange.lab.result.DoctorResult.Recording;
import io.github.dirtyrange.lab.result.DoctorResult.Verdict;
import io.github.dirtyrange.lab.result.Units;
import java.util.List;

/**
 * What a machine can do, for people: a line each, and below what is missing what would bring it.
 */
public final class DoctorText {

  private static final int NAME_WIDTH = 23;
  private static final String BELOW = " ".repeat(NAME_WIDTH + 5);
  private static final int COLUMNS = 80;

  private final StringBuilder text = new StringBuilder();

  private DoctorText() {}

  /** {@return the lines, each ended by a line feed} */
  public static String render(DoctorResult result) {
    DoctorText lines = new DoctorText();
    lines.line("Linux " + result.release() + " on " + result.machine());
    lines.line("");
    result.capabilities().forEach(lines::capability);
    lines.line("");
    lines.strategies(result.strategies());
    if (result.recording() != null) {
      lines.line("");
      lines.recording(result.recording());
    }
    lines.line("");
    lines.line("L1, L2 and so on are laws of change tracking: docs/laws.md");
    if (result.process() != null) {
      lines.line("");
      lines.process(result.process());
    }
    return lines.text.toString();
  }

  private void capability(Capability capability) {
    row(capability.name(), capability.available(), capability.detail());
    if (!capability.detail().endsWith(capability.remedy())) {
      below("needs", capability.remedy());
    }
  }

  private void strategies(List<Verdict> verdicts) {
    for (Verdict verdict : verdicts) {
      String claims = verdict.claims().isEmpty() ? "" : "claims " + verdict.claims();
      row(verdict.name(), verdict.usable(), verdict.usable() ? claims : lacks(verdict));
    }
  }

  private void recording(Recording recording) {
    row("records", recording.complete(), recording.summary());
    for (Recording.Function function : recording.functions()) {
      if (!function.refusal().isEmpty()) {
        wrapped(BELOW, function.place() + " (" + function.what() + "): " + function.refusal());
      }
    }
  }

  private static String lacks(Verdict verdict) {
    return verdict.lacks().isEmpty() ? "" : "lacks " + String.join(", ", verdict.lacks());
  }

  private void process(ProcessResult process) {
    ProcessDiagnosis diagnosis = process.diagnosis();
    line(
        "process "
            + diagnosis.pid()
            + " ("
            + diagnosis.name()
            + ") "
            + (process.isTrackable() ? "can be tracked" : "cannot be tracked"));
    line("");
    strategies(process.strategies());
    for (ProcessDiagnosis.Finding finding : diagnosis.findings()) {
      wrapped(pad(finding.name()) + "     ", finding.detail());
      below("needs", finding.remedy());
    }
    line(pad("threads") + "      " + diagnosis.threads());
    if (diagnosis.samplingDescriptors() > 0) {
      String descriptors = diagnosis.samplingDescriptors() + " descriptors: ";
      wrapped(pad("fault samples") + "     ", descriptors + diagnosis.sampling());
    }
    line(pad("huge pages") + "      " + Units.bytes(diagnosis.hugePageBytes()));
  }

  private void row(String name, boolean yes, String detail) {
    wrapped(pad(name) + (yes ? " yes " : " no  "), detail);
  }

  private void below(String what, String remedy) {
    if (!remedy.isEmpty()) {
      wrapped(BELOW, what + ": " + remedy);
    }
  }

  /** A text beside a label, in lines of 80 columns. */
  private void wrapped(String label, String detail) {
    StringBuilder line = new StringBuilder(label);
    for (String word : detail.split(" ", -1)) {
      if (line.length() > BELOW.length() && line.length() + 1 + word.length() > COLUMNS) {
        line(line.toString());
        line = new StringBuilder(BELOW);
      }
      line.append(' ').append(word);
    }
    line(line.toString().stripTrailing());
  }

  private static String pad(String name) {
    return name + " ".repeat(Math.max(0, NAME_WIDTH - name.length()));
  }

  private void line(String content) {
    text.append(content).append('\n');
  }
}
