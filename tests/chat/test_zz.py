import time, psycopg, asyncio
from services.kit.postgres import Database
from tests.chat.conftest import *
async def test_pool(postgres):
    url=postgres_url(postgres,"chat")
    async with Database(url) as db:
        for k in range(6):
            async def use():
                async with db.tenant("t") as c: await c.execute("SELECT pg_sleep(0.05)")
            await asyncio.gather(*(use() for _ in range(8)))
            print(db._pool.get_stats())
            async with await psycopg.AsyncConnection.connect(postgres.url, autocommit=True) as connection:
                await connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'uat_chat'")
            t=time.perf_counter()
            try: await use()
            except Exception as e: print(repr(e), repr(e.__cause__))
            print("after", time.perf_counter()-t)
