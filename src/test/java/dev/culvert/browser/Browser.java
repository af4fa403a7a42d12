package dev.culvert.browser;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A browser without a window, Debian's Chromium, that reaches this machine and nothing else. It leaves nothing behind, and shares
 * nothing with another one.
 */
public final class Browser implements AutoCloseable {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

    /** What a browser does by itself would disturb what the tests measure, and there is nobody to talk to. */
    private static final List<String> ARGUMENTS = List.of(
            "--headless=new",
            "--no-sandbox", // tests run as root, whom Chromium gives none
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-breakpad",
            "--disable-component-update",
            "--disable-default-apps",
            "--disable-domain-reliability",
            "--disable-extensions",
            "--disable-sync",
            "--no-default-browser-check",
            "--no-first-run",
            "--no-pings",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost");

    /** A closed box is not checked, so what is in it has to be opened before. */
    private static final String AXE_RUN = """
            const done = arguments[0];
            axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}).then(
                results => done(results.violations.flatMap(violation => violation.nodes.map(
                    node => violation.id + ': ' + node.html + ' (' + node.failureSummary.replace(/\\s+/g, ' ') + ')'))),
                error => done(['axe itself: ' + error]));
            """;

    private static final Pattern PDF_PAGE = Pattern.compile("/Type\\s*/Page\\b");

    /** It warns of versions it does not know. Kept, for a logger that nobody keeps forgets its level. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    static {
        SELENIUM.setLevel(Level.SEVERE);
    }

    private final Path folder;
    private final ChromeDriver driver;
    private final List<String> requests = new ArrayList<>();
    private final List<String> errors = new ArrayList<>();

    private Browser(Path folder, ChromeDriver driver) {
        this.folder = folder;
        this.driver = driver;
    }

    /** Starts one. */
    public static Browser open() throws IOException {
        Path folder = Files.createTempDirectory("culvert-browser-");
        try {
            LoggingPreferences logs = new LoggingPreferences();
            logs.enable(LogType.BROWSER, Level.ALL);
            logs.enable(LogType.PERFORMANCE, Level.ALL);
            ChromeOptions options = new ChromeOptions();
            options.setBinary(CHROMIUM.toFile());
            options.addArguments(ARGUMENTS);
            options.addArguments("--user-data-dir=" + folder.resolve("profile"), "--window-size=1280,900");
            options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
            // the driver is named, so Selenium does not look for one, which would end in a download
            // whatever it keeps besides its profile, caches of fonts and sockets, is kept in the folder too
            ChromeDriverService service = new ChromeDriverService.Builder()
                    .usingDriverExecutable(DRIVER.toFile())
                    .usingAnyFreePort()
                    .withEnvironment(Map.of("HOME", folder.toString(), "TMPDIR", folder.toString()))
                    .build();
            service.sendOutputTo(OutputStream.nullOutputStream());
            return new Browser(folder, new ChromeDriver(service, options)).leaveFirstPage();
        } catch (RuntimeException | Error e) {
            remove(folder);
            throw e;
        }
    }

    /** It begins with a page of its own, whose hundreds of requests are nobody's concern. */
    private Browser leaveFirstPage() {
        driver.get("about:blank");
        driver.manage().logs().get(LogType.PERFORMANCE);
        driver.manage().logs().get(LogType.BROWSER);
        return this;
    }

    /** Shows a file. */
    public Browser show(Path file) {
        driver.get(file.toUri().toString());
        return this;
    }

    /** For all else. */
    public ChromeDriver driver() {
        return driver;
    }

    /** The colours that the user prefers, {@code light} or {@code dark}. */
    public void colours(String scheme) {
        media("screen", scheme);
    }

    /** Has a page look as it does on paper, for a user who prefers a colour scheme on the screen. */
    public void paper(String scheme) {
        media("print", scheme);
    }

    private void media(String media, String scheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("media", media, "features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** How wide and high a page may be. */
    public void window(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** What a script's {@code return} gives. */
    public Object script(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** The texts of all elements that a selector selects. */
    public List<String> texts(String selector) {
        List<?> texts = (List<?>) script(
                "return Array.from(document.querySelectorAll(arguments[0])).map(each => each.textContent)", selector);
        return texts.stream().map(String::valueOf).toList();
    }

    /** An element's style as it comes out in the end. */
    public String style(String selector, String property) {
        return String.valueOf(script(
                "return getComputedStyle(document.querySelector(arguments[0])).getPropertyValue(arguments[1])",
                selector,
                property));
    }

    /** What is in the way of those who read otherwise than by eye and mouse: WCAG 2 A and AA, and what axe-core calls best practice. */
    public List<String> violations() throws IOException {
        script(axe());
        return ((List<?>) driver.executeAsyncScript(AXE_RUN))
                .stream().map(String::valueOf).toList();
    }

    private static String axe() throws IOException {
        String base = "/META-INF/resources/webjars/axe-core/";
        Properties properties = new Properties();
        try (InputStream pom =
                Browser.class.getResourceAsStream("/META-INF/maven/org.webjars.npm/axe-core/pom.properties")) {
            properties.load(pom);
        }
        try (InputStream script =
                Browser.class.getResourceAsStream(base + properties.getProperty("version") + "/axe.min.js")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** All that pages have asked for, themselves among it, from the beginning on. */
    public List<String> requests() {
        JsonMapper mapper = JsonMapper.builder().build();
        for (LogEntry entry : driver.manage().logs().get(LogType.PERFORMANCE)) {
            JsonNode message = mapper.readTree(entry.getMessage()).path("message");
            if (message.path("method").asString().equals("Network.requestWillBeSent")) {
                requests.add(message.path("params").path("request").path("url").asString());
            }
        }
        return List.copyOf(requests);
    }

    /** What the console has complained of, from the beginning on. */
    public List<String> errors() {
        for (LogEntry entry : driver.manage().logs().get(LogType.BROWSER)) {
            if (entry.getLevel().intValue() >= Level.SEVERE.intValue()) {
                errors.add(entry.getMessage());
            }
        }
        return List.copyOf(errors);
    }

    /** The page printed as users do who change nothing: A4, without backgrounds but where the page insists. */
    public byte[] pdf() {
        Map<String, Object> printed = driver.executeCdpCommand(
                "Page.printToPDF", Map.of("paperWidth", 8.27, "paperHeight", 11.69, "preferCSSPageSize", true));
        return Base64.getDecoder().decode((String) printed.get("data"));
    }

    /** How many pages a PDF of {@link #pdf} has. */
    public static int pages(byte[] pdf) {
        return (int) PDF_PAGE.matcher(new String(pdf, StandardCharsets.ISO_8859_1))
                .results()
                .count();
    }

    @Override
    public void close() throws IOException {
        try {
            driver.quit();
        } finally {
            remove(folder);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
