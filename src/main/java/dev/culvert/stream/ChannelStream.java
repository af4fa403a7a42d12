package dev.culvert.stream;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;

/** A stream over one of the JDK's socket channels, in blocking mode. */
final class ChannelStream implements Stream {
    private final SocketChannel channel;
    private final InputStream in;
    private final OutputStream out;
    private final String peer;

    ChannelStream(SocketChannel channel, String peer) {
        this.channel = channel;
        this.in = Channels.newInputStream(channel);
        this.out = Channels.newOutputStream(channel);
        this.peer = peer;
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public String toString() {
        return peer;
    }
}
