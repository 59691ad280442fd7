package io.github.dirtyrange.report.saved;

import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.report.live.FoldedSpace;
import io.github.dirtyrange.report.saved.ShowReport.Shown;
import io.github.dirtyrange.saved.PageClass;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Generations of saved memory as a picture: addresses downwards, generations to the right. Has some
 * thousand rectangles at most, however large the memory is.
 */
public final class SavedPicture {

  static final int MOST_ROWS = 48;
  static final int MOST_COLUMNS = 32;

  private static final int LEFT = 330;
  private static final int TOP = 76;
  private static final int ROW = 12;
  private static final int COLUMN = 26;
  private static final int LEGEND_ROW = 20;
  private static final int MOST_NAME = 24;

  /** A share that is there is seen, if it is small. */
  private static final double LEAST_MARK = 2.5;

  private final StringBuilder svg = new StringBuilder();
  private final List<PictureColumn> columns;
  private final FoldedSpace space;
  private final int pageSize;

  private SavedPicture(List<PictureColumn> columns, FoldedSpace space, int pageSize) {
    this.columns = columns;
    this.space = space;
    this.pageSize = pageSize;
  }

  /** {@return an SVG file} */
  public static String svg(List<Shown> memories) {
    List<MappedPart> parts = TouchedParts.of(memories);
    FoldedSpace space = FoldedSpace.of(parts, MOST_ROWS);
    List<PictureColumn> columns = PictureColumn.of(memories, space, MOST_COLUMNS);
    int pageSize = memories.isEmpty() ? 1 : memories.get(0).summary().pageSize();
    return new SavedPicture(columns, space, pageSize).draw();
  }

  private String draw() {
    int rows = space.rows().size();
    int legendTop = TOP + rows * ROW + 30;
    Set<PageClass> used = used();
    int height = legendTop + (used.size() + 3) * LEGEND_ROW + 10;
    int width = Math.max(LEFT + columns.size() * COLUMN + 30, 640);
    begin(width, height);
    heading();
    for (int row = 0; row < rows; row++) {
      rowLabel(row);
      for (int column = 0; column < columns.size(); column++) {
        cell(row, column);
      }
    }
    legend(used, legendTop);
    return svg.append("</svg>\n").toString();
  }

  private Set<PageClass> used() {
    Set<PageClass> used = EnumSet.noneOf(PageClass.class);
    for (PictureColumn column : columns) {
      used.addAll(column.classes());
    }
    return used;
  }

  private void begin(int width, int height) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %1$d %2$d\" width=\"%1$d\""
                + " height=\"%2$d\" role=\"img\" aria-labelledby=\"t d\">%n",
            width,
            height));
    svg.append("<title id=\"t\">Saved memory: addresses by generations</title>\n");
    svg.append("<desc id=\"d\">Each row is a stretch of addresses, each column a generation; a ");
    svg.append("cell has the colour and pattern of what most of its pages are.</desc>\n");
    svg.append(PictureStyle.TEXT);
  }

  private void heading() {
    text("b", LEFT, 20, "generation");
    for (int i = 0; i < columns.size(); i++) {
      PictureColumn column = columns.get(i);
      int x = LEFT + i * COLUMN + COLUMN / 2;
      svg.append(
          String.format(
              Locale.ROOT,
              "<text class=\"s\" transform=\"translate(%d %d) rotate(-45)\">%s</text>%n",
              x,
              TOP - 6,
              column.title()));
    }
    text("b", 16, TOP - 8, "addresses, without gaps");
  }

  private void rowLabel(int row) {
    FoldedSpace.Row of = space.rows().get(row);
    int y = TOP + row * ROW + ROW - 3;
    String start = Addresses.hex(of.startVpn() * pageSize);
    text("a", 16, y, start);
    text("a", 150, y, cut(of.name()));
    svg.append(
        String.format(
            Locale.ROOT,
            "<text class=\"a\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n",
            LEFT - 8,
            y,
            size(of.pages())));
  }

  private String size(long pages) {
    return Units.bytes(Addresses.bytes(pages, pageSize));
  }

  private static String cut(String name) {
    return name.length() <= MOST_NAME
        ? name
        : "..." + name.substring(name.length() - MOST_NAME + 3);
  }

  private void cell(int row, int column) {
    PictureColumn of = columns.get(column);
    if (of.pages(row) == 0) {
      return;
    }
    int x = LEFT + column * COLUMN;
    int y = TOP + row * ROW;
    PageClass most = of.most(row);
    FoldedSpace.Row at = space.rows().get(row);
    svg.append("<g><title>")
        .append(escaped(of.longTitle() + ", from " + Addresses.hex(at.startVpn() * pageSize)))
        .append(escaped(at.name().isEmpty() ? "" : " (" + at.name() + ")"))
        .append(": ")
        .append(of.counts(row))
        .append("</title>");
    rectangle(most, x, y, COLUMN - 2.0);
    double written = of.writtenShare(row);
    if (written > 0 && most != PageClass.DATA) {
      rectangle(PageClass.DATA, x, y, Math.max(LEAST_MARK, written * (COLUMN - 2)));
    }
    svg.append("</g>\n");
  }

  private void rectangle(PageClass pageClass, int x, int y, double width) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
            PictureStyle.name(pageClass),
            x,
            y,
            width,
            ROW - 2));
  }

  private void legend(Set<PageClass> used, int top) {
    int y = top;
    for (PageClass each : used) {
      rectangle(each, 16, y - ROW + 2, COLUMN - 2.0);
      svg.append('\n');
      text("s", 16 + COLUMN + 6, y, PictureStyle.meaning(each));
      y += LEGEND_ROW;
    }
    text("s", 16, y, "A bar at the left of a cell: the share of its pages that were stored.");
    y += LEGEND_ROW;
    text("s", 16, y, scale());
    y += LEGEND_ROW;
    text("s", 16, y, "What is mapped and never held anything is left out, where it is long.");
  }

  private String scale() {
    long pages = space.rows().stream().mapToLong(FoldedSpace.Row::pages).sum();
    return "Rows say how many bytes they are, "
        + size(pages)
        + " in all; a mapping has rows by the root of its size.";
  }

  private void text(String style, int x, int y, String text) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>%n",
            style,
            x,
            y,
            escaped(text)));
  }

  /** What XML forbids is shown as a question mark. */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints().forEach(each -> escape(each, escaped));
    return escaped.toString();
  }

  private static void escape(int codePoint, StringBuilder to) {
    switch (codePoint) {
      case '<' -> to.append("&lt;");
      case '>' -> to.append("&gt;");
      case '&' -> to.append("&amp;");
      case '"' -> to.append("&quot;");
      default -> to.appendCodePoint(isXml(codePoint) ? codePoint : '?');
    }
  }

  private static boolean isXml(int codePoint) {
    boolean isText = Character.isDefined(codePoint) && !Character.isISOControl(codePoint);
    return isText && Character.getType(codePoint) != Character.SURROGATE && codePoint < 0xfffe;
  }
}
