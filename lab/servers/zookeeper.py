"""ZooKeeper: four-letter words for everybody, or only what its own tools need."""

from dataclasses import dataclass

from lab.server import Place, Server, Setup


@dataclass(frozen=True)
class Settings:
    """`words`: every four-letter word is answered, also the environment."""

    words: bool = False


def setup(settings: Settings, place: Place) -> Setup:
    lines = [
        "tickTime=2000",
        "dataDir=/tmp/zookeeper",
        f"clientPort={place.port}",
        "admin.enableServer=false",
        f"4lw.commands.whitelist={'*' if settings.words else 'ruok'}",
    ]
    classes = "/etc/zookeeper/conf:/usr/share/java/*"
    command = f"java -Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '{classes}' -Dzookeeper.log.threshold=WARN "
    command += f"org.apache.zookeeper.server.quorum.QuorumPeerMain {place.folder}/zoo.cfg"
    return Setup(command, {"zoo.cfg": "\n".join(lines) + "\n"}, ("mkdir -p /tmp/zookeeper",))


SERVER = Server(2181, "zookeeper", Settings, setup)
