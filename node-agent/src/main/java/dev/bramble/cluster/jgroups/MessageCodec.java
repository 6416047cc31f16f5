package dev.bramble.cluster.jgroups;

import dev.bramble.cluster.Message;
import java.util.function.Function;

/**
 * How a message becomes bytes and comes back. Both functions are called on many threads.
 *
 * @param encode never fails for a message that the project can build
 * @param decode throws any runtime exception for bytes that are no message; they are dropped and counted
 */
public record MessageCodec(Function<Message, byte[]> encode, Function<byte[], Message> decode) {}
