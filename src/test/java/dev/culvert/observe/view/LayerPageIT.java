package dev.culvert.observe.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.culvert.BesideOthers;
import dev.culvert.browser.Browser;
import dev.culvert.observe.CaptureFuzzer;
import dev.culvert.observe.CaptureReader;
import dev.culvert.observe.CapturedPacket;
import dev.culvert.observe.dissect.Dissector;
import dev.culvert.observe.dissect.EspKeyring;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.interactions.Actions;

/** The page of layers as a browser shows and prints it. */
@BesideOthers
@Timeout(120)
class LayerPageIT {
    private static final String OPEN_ALL = "document.querySelectorAll('details').forEach(box => box.open = true)";
    private static final String WIDTHS = """
            return Array.from(arguments[0].children).map(box =>
                [Number(box.style.flexGrow), box.getBoundingClientRect().width, box.getBoundingClientRect().top])
            """;
    private static final int BORDERS = 2;

    @TempDir
    private static Path folder;

    private static Browser browser;
    private static Path page;

    @BeforeAll
    static void start() throws IOException {
        page = Files.writeString(folder.resolve("layers.html"), text());
        browser = Browser.open();
    }

    @AfterAll
    static void stop() throws IOException {
        browser.close();
    }

    /** Packets of all kinds, of named ports and with comments too. */
    private static String text() throws IOException {
        LayerPage page = new LayerPage("Layers of some captures");
        Dissector dissector = new Dissector(EspKeyring.NONE);
        for (byte[] capture : CaptureFuzzer.seeds()) {
            try (CaptureReader reader = CaptureReader.open(new ByteArrayInputStream(capture))) {
                for (CapturedPacket next = reader.next(); next != null; next = reader.next()) {
                    CapturedPacket packet = new CapturedPacket(
                            page.packets() + 1,
                            next.nanos(),
                            next.linkType(),
                            "eth" + page.packets(),
                            next.originalLength() + 10,
                            "a <comment> & more",
                            next.bytes());
                    page.add(packet, dissector.dissect(packet.bytes()));
                }
            }
        }
        return page.text();
    }

    @BeforeEach
    void show() {
        browser.window(1280, 900);
        browser.colours("light");
        browser.show(page);
    }

    @Test
    void asksForNothingButItselfAndMakesNoErrors() {
        browser.script(OPEN_ALL);
        assertThat(browser.requests()).isNotEmpty().containsOnly(page.toUri().toString());
        assertThat(browser.errors()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void isForThoseWhoReadByOtherMeansToo(String colours) throws IOException {
        browser.colours(colours);
        assertThat(browser.style("body", "background-color"))
                .isEqualTo(colours.equals("dark") ? "rgb(20, 23, 30)" : "rgb(255, 255, 255)");
        assertThat(browser.violations()).as("all boxes shut").isEmpty();
        browser.script(OPEN_ALL);
        assertThat(browser.violations()).as("all boxes open").isEmpty();
        browser.window(360, 640);
        assertThat(browser.violations()).as("on a telephone").isEmpty();
    }

    @Test
    void nothingIsCutInANarrowWindow() {
        browser.window(360, 640);
        assertThat(cut()).as("all boxes shut").isEmpty();
        browser.script(OPEN_ALL);
        assertThat(cut()).as("all boxes open").isEmpty();
    }

    private static List<?> cut() {
        return (List<?>) browser.script("""
                return Array.from(document.querySelectorAll('html, .box, .box *'))
                    .filter(each => each.checkVisibility() && each.scrollWidth > each.clientWidth && each.clientWidth > 0)
                    .map(each => each.outerHTML.substring(0, 100))
                """);
    }

    @Test
    void boxesOpenByKeyboard() {
        press(Keys.TAB);
        assertThat(browser.style("summary:focus", "outline-style")).isEqualTo("solid");
        assertThat(open()).isEmpty();
        press(Keys.ENTER);
        assertThat(open()).containsExactly("eth");
        press(Keys.TAB);
        press(Keys.SPACE);
        assertThat(open()).containsExactly("eth", "ip");
        press(Keys.ENTER);
        assertThat(open()).containsExactly("eth");
    }

    private static void press(Keys key) {
        new Actions(browser.driver()).sendKeys(key).perform();
    }

    private static List<String> open() {
        return browser.texts("details[open] > summary > .name");
    }

    /** Of a window's width, that is: where all boxes are in one row, each has its bytes' share. */
    @Test
    void boxesAreToScale() {
        List<?> packets = (List<?>) browser.script("return Array.from(document.querySelectorAll('.layers'))");
        int checked = 0;
        for (Object packet : packets) {
            List<?> boxes = (List<?>) browser.script(WIDTHS, packet);
            double bytes = boxes.stream().mapToDouble(box -> number(box, 0)).sum();
            double pixels =
                    boxes.stream().mapToDouble(box -> number(box, 1) - BORDERS).sum();
            boolean inOneRow = boxes.stream().allMatch(box -> number(box, 2) == number(boxes.getFirst(), 2));
            boolean allWide = boxes.stream().allMatch(box -> number(box, 0) * pixels / bytes > 60);
            if (inOneRow && allWide) {
                checked++;
                for (Object box : boxes) {
                    assertThat(number(box, 1) - BORDERS).isCloseTo(number(box, 0) * pixels / bytes, within(1.0));
                }
            }
        }
        assertThat(checked).as("packets without boxes of the least width").isPositive();
    }

    private static double number(Object row, int at) {
        return ((Number) ((List<?>) row).get(at)).doubleValue();
    }

    /** A printer leaves backgrounds out and knows nothing of the screen's colours. */
    @Test
    void printsLightWithTheLayersColours() {
        browser.script(OPEN_ALL);
        browser.paper("dark");
        assertThat(browser.style("body", "background-color")).isEqualTo("rgb(255, 255, 255)");
        assertThat(browser.style("body", "color")).isEqualTo("rgb(28, 34, 48)");
        assertThat(browser.style("html", "color-scheme")).isEqualTo("light");
        assertThat(browser.style(".box.link", "background-color")).isEqualTo("rgb(215, 230, 247)");
        assertThat(browser.style(".box", "print-color-adjust")).isEqualTo("exact");
        assertThat(browser.style(".box", "break-inside")).isEqualTo("avoid");
        assertThat(browser.style(".packet h2", "break-after")).isEqualTo("avoid");
    }

    @Test
    void printsBoxesThatAreShutOnOnePage() {
        browser.paper("light");
        byte[] shut = browser.pdf();
        assertThat(shut).startsWith("%PDF-".getBytes(StandardCharsets.US_ASCII));
        assertThat(Browser.pages(shut)).isEqualTo(1);
        browser.script(OPEN_ALL);
        assertThat(Browser.pages(browser.pdf())).as("with all boxes open").isBetween(4, 20);
    }
}
