package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.DatabaseSchema;
import java.util.ArrayList;
import java.util.List;

/** All commands. */
final class Catalogue {
    private Catalogue() {}

    /**
     * The commands by name, put in the order that decides how {@code --commands} lists them.
     *
     * @param schema the database that they work on
     * @param log for warnings about the commands themselves
     */
    static BucketMap<String, CommandSyntax> of(DatabaseSchema schema, Log log) {
        List<CommandSyntax> queries = new QueryCommands(schema).syntaxes();
        List<CommandSyntax> syntaxes = new ArrayList<>(queries.subList(0, queries.size() - 1));
        syntaxes.addAll(new ModifyCommands(schema, log).syntaxes());
        syntaxes.add(queries.getLast());
        syntaxes.add(ShowCommand.syntax());
        List<CommandSyntax> switchCommands = SwitchCommands.syntaxes();
        syntaxes.add(switchCommands.getFirst());
        syntaxes.addAll(BridgeCommands.syntaxes());
        syntaxes.addAll(PortCommands.syntaxes());
        syntaxes.addAll(ControllerCommands.syntaxes());
        syntaxes.addAll(switchCommands.subList(1, switchCommands.size() - 1));
        syntaxes.addAll(AutoAttachCommands.syntaxes());
        syntaxes.add(switchCommands.getLast());
        syntaxes.addAll(DatapathCommands.syntaxes());
        BucketMap<String, CommandSyntax> byName = BucketMap.byString();
        syntaxes.forEach(syntax -> byName.put(syntax.name(), syntax));
        return byName;
    }
}
