import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;
import org.elasticsearch.rest.RestChannel;
import org.elasticsearch.rest.RestController;
import org.elasticsearch.rest.RestHandler;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.RestResponse;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.xcontent.XContentBuilder;

/**
 * A single Elasticsearch node on the loopback address, for tests.
 *
 * Usage: EsServer VERSION HOME FILES PORT [setting=value]...
 * HOME has the transport in modules/transport-netty4; the node keeps what it writes under FILES.
 *
 * What differs between 7.17, 8.19 and 9.x is reached by reflection, so that this one file
 * compiles and runs against each of them.
 */
public final class EsServer {

    public static void main(String[] args) {
        if (args.length < 4) {
            System.err.println("usage: EsServer VERSION HOME FILES PORT [setting=value]...");
            System.exit(2);
        }
        try {
            run(args);
        } catch (Throwable e) {
            // The node's threads would keep the process alive: a taken port must end it.
            System.err.println("could not start Elasticsearch:");
            e.printStackTrace();
            System.exit(1);
        }
    }

    private static void run(String[] args) throws Exception {
        long began = System.nanoTime();
        String version = args[0];
        int major = Integer.parseInt(version.substring(0, version.indexOf('.')));
        Path home = Path.of(args[1]).toAbsolutePath();
        Path files = Path.of(args[2]).toAbsolutePath();
        int port = Integer.parseInt(args[3]);
        for (String folder : List.of("config", "data", "logs")) {
            Files.createDirectories(files.resolve(folder));
        }

        Settings.Builder settings = Settings.builder()
            .put("path.home", home.toString())
            .put("path.data", files.resolve("data").toString())
            .put("path.logs", files.resolve("logs").toString())
            .put("cluster.name", "test-cluster")
            .put("node.name", "test-node")
            .put("discovery.type", "single-node")
            .put("network.host", "127.0.0.1")
            .put("http.port", port)
            // Nothing else joins this cluster: any free port will do.
            .put("transport.port", "0")
            // A nearly full disk must not turn the indices read-only.
            .put("cluster.routing.allocation.disk.threshold_enabled", false);
        for (int i = 4; i < args.length; i++) {
            int equals = args[i].indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("not setting=value: " + args[i]);
            }
            settings.put(args[i].substring(0, equals), args[i].substring(equals + 1));
        }
        if (settings.get("logger.level") == null) {
            settings.put("logger.level", "WARN");
        }

        startLogging(settings.build(), major);
        Environment environment = InternalSettingsPreparer.prepareEnvironment(
            settings.build(), Map.of(), files.resolve("config"), () -> "test-node");
        Node node = newNode(environment);
        if (major >= 8) {
            addRootEndpoint(node, version);
        }

        CountDownLatch closed = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                node.close();
                node.awaitClose(20, TimeUnit.SECONDS);
            } catch (IOException | InterruptedException e) {
                System.err.println("while closing the node: " + e);
            } finally {
                closed.countDown();
            }
        }, "close-node"));

        node.start();
        awaitYellow(port);
        if (Boolean.getBoolean("attached")) {
            endWithInput();
        }
        System.out.printf("READY http://127.0.0.1:%d elasticsearch=%s java=%s pid=%d seconds=%.1f%n",
            port, version, System.getProperty("java.version"), ProcessHandle.current().pid(),
            (System.nanoTime() - began) / 1e9);
        System.out.flush();
        closed.await();
    }

    /** Whoever started this may be killed: its end of the pipe closes then, and no server stays behind. */
    private static void endWithInput() {
        Thread reader = new Thread(() -> {
            try {
                while (System.in.read() >= 0) {
                }
            } catch (IOException e) {
                // The same end.
            }
            System.exit(0);
        }, "end-with-input");
        reader.setDaemon(true);
        reader.start();
    }

    private static void startLogging(Settings settings, int major) throws Exception {
        Class<?> configurator = Class.forName("org.elasticsearch.common.logging.LogConfigurator");
        if (major >= 8) {
            call(configurator, null, "configureESLogging");
        }
        call(configurator, null, "setNodeName", "test-node");
        call(configurator, null, "configureWithoutConfig", settings);
    }

    private static Node newNode(Environment environment) throws Exception {
        for (Constructor<?> constructor : Node.class.getConstructors()) {
            Class<?>[] parameters = constructor.getParameterTypes();
            if (parameters.length == 1) { // 7.17: the node looks for its modules by itself.
                return (Node) unwrap(() -> constructor.newInstance(environment));
            }
            if (parameters.length == 2) {
                Class<?> loader = parameters[1];
                Path modules = (Path) call(Environment.class, environment, "modulesDir");
                Method load = method(loader, "loadModulesBundles", -1);
                Object bundles = unwrap(() -> load.getParameterCount() == 1
                    ? load.invoke(null, modules)
                    : load.invoke(null, modules, false));
                // false: the server is on the class path here, not in a named module.
                Object plugins = call(loader, null, "createPluginsLoader", bundles, Set.of(), Map.of(), false);
                return (Node) unwrap(() -> constructor.newInstance(environment, plugins));
            }
        }
        throw new IllegalStateException("this server version has no known way to make a node");
    }

    /**
     * GET and HEAD / come from a module that is not published since 8.0, yet clients ask for them
     * first. This answers in the same shape.
     */
    private static void addRootEndpoint(Node node, String version) throws Exception {
        Class<?> buildClass = Class.forName("org.elasticsearch.Build");
        Object build = call(buildClass, null, "current");
        Class<?> clusterServiceClass = Class.forName("org.elasticsearch.cluster.service.ClusterService");
        Object clusterService = node.injector().getInstance(clusterServiceClass);
        InvocationHandler handler = (proxy, called, arguments) -> {
            if (called.getName().equals("routes")) {
                return List.of(new RestHandler.Route(RestRequest.Method.GET, "/"),
                    new RestHandler.Route(RestRequest.Method.HEAD, "/"));
            }
            if (called.getName().equals("handleRequest")) {
                RestRequest request = (RestRequest) arguments[0];
                RestChannel channel = (RestChannel) arguments[1];
                request.param("human"); // a parameter nobody reads is refused
                Object state = call(clusterServiceClass, clusterService, "state");
                Object metadata = call(state.getClass(), state, "metadata");
                XContentBuilder body = channel.newBuilder().prettyPrint();
                body.startObject();
                body.field("name", "test-node");
                Object clusterName = call(state.getClass(), state, "getClusterName");
                body.field("cluster_name", (String) call(clusterName.getClass(), clusterName, "value"));
                body.field("cluster_uuid", (String) call(metadata.getClass(), metadata, "clusterUUID"));
                body.startObject("version");
                body.field("number", version);
                body.field("build_flavor", "default");
                body.field("build_type", "zip");
                body.field("build_hash", (String) call(buildClass, build, "hash"));
                body.field("build_date", (String) call(buildClass, build, "date"));
                body.field("build_snapshot", false);
                body.field("lucene_version", Class.forName("org.apache.lucene.util.Version").getField("LATEST").get(null).toString());
                body.field("minimum_wire_compatibility_version", (String) call(buildClass, build, "minWireCompatVersion"));
                body.field("minimum_index_compatibility_version", (String) call(buildClass, build, "minIndexCompatVersion"));
                body.endObject();
                body.field("tagline", "You Know, for Search");
                body.endObject();
                channel.sendResponse(RestResponse.class
                    .getConstructor(RestStatus.class, XContentBuilder.class)
                    .newInstance(RestStatus.OK, body));
                return null;
            }
            if (called.isDefault()) {
                return InvocationHandler.invokeDefault(proxy, called, arguments);
            }
            return switch (called.getName()) {
                case "toString" -> "root endpoint";
                case "hashCode" -> System.identityHashCode(proxy);
                case "equals" -> proxy == arguments[0];
                default -> throw new UnsupportedOperationException(called.toString());
            };
        };
        RestHandler root = (RestHandler) Proxy.newProxyInstance(
            EsServer.class.getClassLoader(), new Class<?>[] { RestHandler.class }, handler);
        node.injector().getInstance(RestController.class).registerHandler(root);
    }

    private static void awaitYellow(int port) throws Exception {
        HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpRequest health = HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + port + "/_cluster/health?wait_for_status=yellow&timeout=60s"))
            .timeout(Duration.ofSeconds(70)).build();
        HttpResponse<String> answer = http.send(health, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("not yellow in time: " + answer.body());
        }
    }

    private interface Step {
        Object run() throws ReflectiveOperationException;
    }

    private static Object unwrap(Step step) throws Exception {
        try {
            return step.run();
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static Object call(Class<?> type, Object target, String name, Object... arguments) throws Exception {
        Method found = method(type, name, arguments.length);
        return unwrap(() -> found.invoke(target, arguments));
    }

    private static Method method(Class<?> type, String name, int parameters) {
        for (Method candidate : type.getMethods()) {
            if (candidate.getName().equals(name) && Modifier.isPublic(candidate.getModifiers())
                && (parameters < 0 || candidate.getParameterCount() == parameters)) {
                return candidate;
            }
        }
        throw new IllegalStateException("no method " + name + " in " + type);
    }
}
