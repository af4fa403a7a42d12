package dev.culvert.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.BesideOthers;
import dev.culvert.browser.Browser;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The bench's page as a browser shows and prints it. */
@BesideOthers
@Timeout(120)
class BenchPageIT {
    @TempDir
    private Path folder;

    @Test
    void isForThoseWhoReadByOtherMeansAndOnPaper() throws Exception {
        new BenchReportTest().report().write(folder);
        Path page = folder.resolve("bench.html");
        try (Browser browser = Browser.open()) {
            browser.window(1280, 900);
            browser.show(page);
            assertThat(browser.violations()).as("as it opens").isEmpty();
            browser.colours("dark");
            browser.script("document.querySelectorAll('details').forEach(each => each.open = true)");
            assertThat(browser.violations()).as("dark, all tables open").isEmpty();
            browser.window(360, 640);
            assertThat(browser.violations()).as("on a telephone").isEmpty();

            browser.paper("dark");
            assertThat(browser.style("body", "background-color")).isEqualTo("rgb(255, 255, 255)");
            assertThat(browser.style("body", "color")).isEqualTo("rgb(27, 35, 48)");
            assertThat(browser.style("details", "display")).isEqualTo("none");
            assertThat(Browser.pages(browser.pdf())).isBetween(2, 6);

            assertThat(browser.requests())
                    .isNotEmpty()
                    .containsOnly(page.toUri().toString());
            assertThat(browser.errors()).isEmpty();
        }
    }
}
